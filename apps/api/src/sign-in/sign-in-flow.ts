import type { Request, Response } from 'express';
import { z } from 'zod';
import { cookieOf, keepsSecure, ownCookie } from '../auth/session-cookie.js';
import type { SecretBox } from '../secrets/secret-box.js';
import { SIGN_IN_SEAL } from '../secrets/seals.js';

const SECURE = '__Host-berth-sign-in';
const PLAIN = 'berth-sign-in';
/** Long enough to look for a second factor. */
const MAX_AGE_SECONDS = 900;

const Flow = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  /** Milliseconds. */
  begunAt: z.number(),
});

/** What a browser keeps while its person is at the identity provider. */
export type SignInFlow = Omit<z.infer<typeof Flow>, 'begunAt'>;

/** It is sealed: the browser cannot read it, make one or change it. */
export function keepFlow(response: Response, box: SecretBox, publicUrl: string, flow: SignInFlow): void {
  const content = Buffer.from(JSON.stringify({ ...flow, begunAt: Date.now() }));
  const sealed = box.seal(SIGN_IN_SEAL, content).toString('base64url');
  const settings = { publicUrl, maxAgeSeconds: MAX_AGE_SECONDS };
  response.append('set-cookie', ownCookie(nameAt(publicUrl), sealed, settings));
}

/** What this browser began; null where it began nothing, or too long ago. It counts once. */
export function takeFlow(
  request: Request,
  response: Response,
  box: SecretBox,
  publicUrl: string,
): SignInFlow | null {
  const sealed = cookieOf(request.headers, nameAt(publicUrl));
  response.append('set-cookie', ownCookie(nameAt(publicUrl), null, { publicUrl, maxAgeSeconds: 0 }));
  const flow = sealed === null ? null : opened(box, sealed);
  if (flow === null || flow.begunAt < Date.now() - MAX_AGE_SECONDS * 1_000) {
    return null;
  }
  return flow;
}

function opened(box: SecretBox, sealed: string): z.infer<typeof Flow> | null {
  try {
    const content = box.open(SIGN_IN_SEAL, Buffer.from(sealed, 'base64url')).toString('utf8');
    return Flow.parse(JSON.parse(content));
  } catch {
    // Somebody else's, or from before the key was changed.
    return null;
  }
}

function nameAt(publicUrl: string): string {
  return keepsSecure(publicUrl) ? SECURE : PLAIN;
}
