import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WantedIdentity } from '@berth/domain';
import { removeAll } from '../../disk/remove-all.js';

/** A token that was given for one of the identities that a run's variables ask for. */
export interface GivenIdentity {
  readonly wanted: WantedIdentity;
  readonly token: string;
}

/** What Vault has given for one. */
export interface VaultLogin {
  readonly token: string;
}

/** Other users of the machine must not read them; the run's own is lent them. */
const FILE_MODE = 0o600;
const GOOGLE_SECURITY_TOKENS = 'https://sts.googleapis.com/v1/token';
const GOOGLE_ACCOUNTS = 'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts';

/**
 * Writes tokens into files of a directory, in place of those written before, and gives the environment in which providers
 * find them. Providers read a file again when what they got for its token ends; an environment is read once.
 */
export async function writeIdentities(
  directory: string,
  runId: string,
  identities: readonly GivenIdentity[],
  vault: VaultLogin | null,
): Promise<Record<string, string>> {
  await removeAll(directory);
  await mkdir(directory, { mode: 0o700 });
  const environment: Record<string, string> = {};
  for (const identity of identities) {
    const { files, env } = partsOf(identity, { directory, runId, vault });
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(directory, name), content, { flag: 'wx', mode: FILE_MODE });
    }
    Object.assign(environment, env);
  }
  return environment;
}

interface Around {
  readonly directory: string;
  readonly runId: string;
  readonly vault: VaultLogin | null;
}

interface Parts {
  readonly files: Readonly<Record<string, string | Buffer>>;
  readonly env: Readonly<Record<string, string>>;
}

function partsOf({ wanted, token }: GivenIdentity, { directory, runId, vault }: Around): Parts {
  const at = (name: string): string => join(directory, name);
  switch (wanted.for) {
    case 'aws':
      return {
        files: { 'aws-token': token },
        env: {
          AWS_ROLE_ARN: wanted.roleArn,
          AWS_WEB_IDENTITY_TOKEN_FILE: at('aws-token'),
          AWS_ROLE_SESSION_NAME: `terraform-run-${runId}`,
        },
      };
    case 'gcp':
      return {
        files: {
          'gcp-token': token,
          'gcp-credentials.json': JSON.stringify(googleCredentials(wanted, at('gcp-token')), null, 2),
        },
        env: {
          GOOGLE_CREDENTIALS: at('gcp-credentials.json'),
          GOOGLE_APPLICATION_CREDENTIALS: at('gcp-credentials.json'),
        },
      };
    case 'azure':
      return {
        files: { 'azure-token': token },
        env: {
          ARM_USE_OIDC: 'true',
          ARM_OIDC_TOKEN_FILE_PATH: at('azure-token'),
          ARM_CLIENT_ID: wanted.clientId,
        },
      };
    case 'vault':
      return {
        files: wanted.caCert === null ? {} : { 'vault-ca.pem': Buffer.from(wanted.caCert, 'base64') },
        env: {
          VAULT_ADDR: wanted.address,
          ...(wanted.namespace === null ? {} : { VAULT_NAMESPACE: wanted.namespace }),
          ...(wanted.caCert === null ? {} : { VAULT_CACERT: at('vault-ca.pem') }),
          ...(vault === null ? {} : { VAULT_TOKEN: vault.token }),
        },
      };
    case 'anybody':
      return { files: {}, env: { [wanted.name]: token } };
  }
}

/** A file that Google's libraries take for credentials (AIP-4117). */
function googleCredentials(
  { provider, serviceAccount }: Extract<WantedIdentity, { for: 'gcp' }>,
  tokenFile: string,
): object {
  return {
    type: 'external_account',
    audience: `//iam.googleapis.com/${provider}`,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: GOOGLE_SECURITY_TOKENS,
    credential_source: { file: tokenFile, format: { type: 'text' } },
    ...(serviceAccount === null
      ? {}
      : {
          service_account_impersonation_url: `${GOOGLE_ACCOUNTS}/${encodeURIComponent(serviceAccount)}:generateAccessToken`,
        }),
  };
}
