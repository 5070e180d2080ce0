import { tokenOrigin, type GitSource, type GitSourceRequest } from '@berth/contracts';
import type { WorkspaceRow } from '@berth/persistence';
import type { SecretBox } from '../secrets/secret-box.js';
import { GIT_TOKEN_SEAL } from '../secrets/seals.js';

type GitColumns = Pick<WorkspaceRow, 'gitUrl' | 'gitBranch' | 'gitPath' | 'sealedGitToken'>;

const NO_GIT: GitColumns = { gitUrl: null, gitBranch: null, gitPath: '', sealedGitToken: null };

/** What a request makes of a workspace's git source. */
export function gitColumns(
  request: GitSourceRequest | null,
  box: SecretBox,
  present: GitColumns = NO_GIT,
): GitColumns {
  if (request === null) {
    return NO_GIT;
  }
  const { url, branch, path, token } = request;
  return {
    gitUrl: url,
    gitBranch: branch ?? null,
    gitPath: path ?? '',
    sealedGitToken:
      typeof token === 'string'
        ? box.seal(GIT_TOKEN_SEAL, Buffer.from(token))
        : keptToken(present, url, token),
  };
}

/** Whoever may change the url must not learn the token by naming a host of their own. */
function keptToken(present: GitColumns, url: string, token: null | undefined): Buffer | null {
  const origin = tokenOrigin(url);
  const isSameHost = origin !== null && present.gitUrl !== null && tokenOrigin(present.gitUrl) === origin;
  return token === undefined && isSameHost ? present.sealedGitToken : null;
}

export function gitJson({ gitUrl, gitBranch, gitPath, sealedGitToken }: GitColumns): GitSource | null {
  return gitUrl === null
    ? null
    : { url: gitUrl, branch: gitBranch, path: gitPath, hasToken: sealedGitToken !== null };
}
