import { describe, expect, it } from '@jest/globals';
import { gitFailure } from './git-failure.js';

const HTTP = "fatal: unable to access 'https://git.example/infra.git/': ";

/** What git 2.39 says in the locale C, and hosts beside it, and what it means. */
// A table is read row by row.
// prettier-ignore
const TABLE: readonly (readonly [string, 'transient' | 'permanent', string])[] = [
  ['GIT_UNREACHABLE', 'transient', `${HTTP}Could not resolve host: git.example`],
  ['GIT_UNREACHABLE', 'transient', `${HTTP}Failed to connect to git.example port 443 after 0 ms: Couldn't connect to server`],
  ['GIT_UNREACHABLE', 'transient', `${HTTP}Failed to connect to git.example port 443: Connection timed out`],
  ['GIT_UNREACHABLE', 'transient', `${HTTP}The requested URL returned error: 503`],
  ['GIT_UNREACHABLE', 'transient', `${HTTP}The requested URL returned error: 500`],
  ['GIT_UNREACHABLE', 'transient', `${HTTP}The requested URL returned error: 429`],
  ['GIT_UNREACHABLE', 'transient', `${HTTP}Empty reply from server`],
  ['GIT_UNREACHABLE', 'transient', `${HTTP}Recv failure: Connection reset by peer`],
  ['GIT_UNREACHABLE', 'transient', `${HTTP}gnutls_handshake() failed: Error in the pull function.`],
  ['GIT_UNREACHABLE', 'transient', `${HTTP}OpenSSL SSL_connect: Connection reset by peer in connection to git.example:443`],
  ['GIT_UNREACHABLE', 'transient', 'error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502\nfatal: the remote end hung up unexpectedly'],
  ['GIT_UNREACHABLE', 'transient', 'fetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF\nfatal: fetch-pack: invalid index-pack output'],
  ['GIT_UNREACHABLE', 'transient', 'ssh: connect to host git.example port 22: Connection refused\r\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.'],
  ['GIT_UNREACHABLE', 'transient', 'ssh: Could not resolve hostname git.example: Name or service not known\r\nfatal: Could not read from remote repository.'],
  ['GIT_UNREACHABLE', 'transient', 'kex_exchange_identification: Connection closed by remote host\r\nfatal: Could not read from remote repository.'],
  ['GIT_UNAUTHORIZED', 'permanent', "fatal: could not read Username for 'https://git.example': terminal prompts disabled"],
  ['GIT_UNAUTHORIZED', 'permanent', "remote: HTTP Basic: Access denied\nfatal: Authentication failed for 'https://git.example/infra.git/'"],
  ['GIT_UNAUTHORIZED', 'permanent', `remote: Write access to repository not granted.\n${HTTP}The requested URL returned error: 403`],
  ['GIT_UNAUTHORIZED', 'permanent', 'git@git.example: Permission denied (publickey).\r\nfatal: Could not read from remote repository.'],
  ['GIT_NOT_FOUND', 'permanent', "fatal: repository 'https://git.example/infra.git/' not found"],
  ['GIT_NOT_FOUND', 'permanent', "remote: Repository not found.\nfatal: repository 'https://git.example/infra.git/' not found"],
  ['GIT_NOT_FOUND', 'permanent', 'ERROR: Repository not found.\nfatal: Could not read from remote repository.'],
  ['GIT_NOT_FOUND', 'permanent', 'fatal: https://git.example/info/refs not valid: is this a git repository?'],
  ['GIT_NOT_FOUND', 'permanent', "fatal: '/srv/nothing.git' does not appear to be a git repository\nfatal: Could not read from remote repository."],
  ['GIT_BRANCH_NOT_FOUND', 'permanent', 'warning: Could not find remote branch nothing to clone.\nfatal: Remote branch nothing not found in upstream origin'],
  ['GIT_BRANCH_NOT_FOUND', 'permanent', "fatal: your current branch 'main' does not have any commits yet"],
  ['GIT_MOVED', 'permanent', `${HTTP}The requested URL returned error: 301`],
  ['GIT_HOST_UNTRUSTED', 'permanent', 'Host key verification failed.\r\nfatal: Could not read from remote repository.'],
  ['GIT_HOST_UNTRUSTED', 'permanent', `${HTTP}SSL certificate problem: self-signed certificate`],
  ['GIT_HOST_UNTRUSTED', 'permanent', `${HTTP}server certificate verification failed. CAfile: none CRLfile: none`],
  ['GIT_MISSING', 'permanent', 'error: cannot run ssh: No such file or directory\nfatal: unable to fork'],
  ['AGENT_DISK_FULL', 'transient', 'fatal: write error: No space left on device\nfatal: fetch-pack: invalid index-pack output'],
  ['GIT_FAILED', 'transient', 'fatal: something that nobody has seen before'],
];

describe('the table of git’s failures', () => {
  it.each(TABLE)('says %s, %s, of: %s', (code, failureClass, stderr) => {
    const failure = gitFailure({ what: 'git clone of https://git.example/infra.git', stderr, exitCode: 128 });
    expect(failure).toMatchObject({ code, failureClass });
    expect(failure.message).toMatch(
      /^git clone of https:\/\/git\.example\/infra\.git failed: .*[.!?] [A-Z].*\.$/,
    );
  });

  it('says how git ended where it said nothing', () => {
    const failure = gitFailure({ what: 'git clone of x', stderr: '', exitCode: 1 });
    expect(failure.message).toBe('git clone of x ended with exit code 1. The task is tried again.');
  });

  it('keeps the end of what a talkative host says', () => {
    const stderr = `${'remote: much to read\n'.repeat(1_000)}fatal: the end`;
    const { message } = gitFailure({ what: 'git clone of x', stderr, exitCode: 128 });
    expect(message.length).toBeLessThan(1_200);
    expect(message).toContain('fatal: the end.');
  });
});
