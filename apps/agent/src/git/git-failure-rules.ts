import { FailureClass } from '@berth/domain';

/** One row of the table: what git says in the locale C, and what that means for the task. */
export interface GitFailureRule {
  readonly code: string;
  readonly class: FailureClass;
  readonly said: RegExp;
  /** One sentence: what happens next, or what a person can do. */
  readonly advice: string;
}

const { transient, permanent } = FailureClass;

/** In order: the first rule that fits decides. Measured with git 2.39. */
export const GIT_FAILURE_RULES: readonly GitFailureRule[] = [
  {
    code: 'AGENT_DISK_FULL',
    class: transient,
    said: /no space left on device|disk quota exceeded/i,
    advice: 'The disk of the agent is full; the task is tried again elsewhere.',
  },
  {
    code: 'GIT_MISSING',
    class: permanent,
    said: /cannot run (ssh|\S+\/ssh)\b/i,
    advice: 'Install an ssh client on the agents.',
  },
  {
    code: 'GIT_HOST_UNTRUSTED',
    class: permanent,
    said: /host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    advice: "Put the host's key into the known_hosts of the agents' user.",
  },
  {
    code: 'GIT_HOST_UNTRUSTED',
    class: permanent,
    said: /SSL certificate problem|certificate verification failed|certificate subject name|no alternative certificate subject/i,
    advice: 'The agent does not trust the certificate: check the host, its clock and SSL_CERT_FILE.',
  },
  {
    code: 'GIT_UNAUTHORIZED',
    class: permanent,
    said: /authentication failed|could not read (username|password)|returned error: 40[13]\b|permission denied|access denied/i,
    advice:
      'Give the workspace a git token that may read the repository, for ssh the agents a key; some hosts answer so as well where there is no such repository.',
  },
  {
    code: 'GIT_BRANCH_NOT_FOUND',
    class: permanent,
    said: /remote branch .* not found/i,
    advice: "Correct the branch of the workspace's git source.",
  },
  {
    code: 'GIT_BRANCH_NOT_FOUND',
    class: permanent,
    said: /does not have any commits yet/i,
    advice: 'The repository is empty, or its default branch does not exist: name a branch that has commits.',
  },
  {
    code: 'GIT_NOT_FOUND',
    class: permanent,
    said: /repository .*not found|returned error: (404|410)\b|not valid: is this a git repository|does not appear to be a git repository|project you were looking for could not be found/i,
    advice: "Correct the url of the workspace's git source, or let its token read the repository.",
  },
  {
    code: 'GIT_MOVED',
    class: permanent,
    said: /returned error: 30[12378]\b/i,
    advice:
      'The host says that the repository lies elsewhere, where neither a token nor a proxy of the network is to lead: give its present url, which often ends with ".git".',
  },
  {
    code: 'GIT_UNREACHABLE',
    class: transient,
    said: /could not resolve|CONNECT tunnel failed|from proxy after CONNECT|failed to connect|couldn't connect|connection (refused|timed out|reset|closed)|network is unreachable|no route to host|returned error: (408|425|429|5\d\d)\b|empty reply from server|hung up unexpectedly|early EOF|unexpected disconnect|RPC failed|TLS|handshake|recv failure|operation (too slow|timed out)/i,
    advice: 'The host did not answer as it should; the task is tried again.',
  },
];
