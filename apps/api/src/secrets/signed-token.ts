import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { deriveKey } from './cipher.js';

const SessionClaims = z.object({ kind: z.literal('session'), sessionId: z.string(), agentId: z.string() });
const TaskClaims = z.object({
  kind: z.literal('task'),
  taskId: z.string(),
  attempt: z.int(),
  /** In which it opens the state: a plan's token writes nothing. */
  phase: z.enum(['plan', 'apply']),
  workspaceId: z.string(),
  organizationId: z.string(),
});
const BuildClaims = z.object({ kind: z.literal('build'), buildId: z.string(), organizationId: z.string() });
const Claims = z.discriminatedUnion('kind', [SessionClaims, TaskClaims, BuildClaims]);

/** Of an agent's process. */
export type SessionClaims = z.infer<typeof SessionClaims>;
/** Of what runs inside one attempt of a task. */
export type TaskClaims = z.infer<typeof TaskClaims>;
/** Of whoever submitted a build. */
export type BuildClaims = z.infer<typeof BuildClaims>;
type Claims = z.infer<typeof Claims>;

const PREFIX = 'bt1';

/**
 * Makes and checks tokens that any api process can check without asking anybody. They need no end of their own:
 * the session's, the attempt's and the build's rows say whether they still count.
 */
export class TokenSigner {
  private readonly key: Buffer;

  /** @param root of the data keys: tokens outlive every rotation */
  constructor(root: Buffer) {
    this.key = deriveKey(root, 'sign');
  }

  sign(claims: Claims): string {
    const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return `${PREFIX}.${body}.${this.mac(body).toString('base64url')}`;
  }

  /** What the token says, null where it is none of ours. */
  verify(token: string): Claims | null {
    const [prefix, body, mac, ...rest] = token.split('.');
    if (prefix !== PREFIX || body === undefined || mac === undefined || rest.length > 0) {
      return null;
    }
    const given = Buffer.from(mac, 'base64url');
    const right = this.mac(body);
    if (given.length !== right.length || !timingSafeEqual(given, right)) {
      return null;
    }
    const claims = Claims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    return claims.success ? claims.data : null;
  }

  private mac(body: string): Buffer {
    return createHmac('sha256', this.key).update(body).digest();
  }
}
