import { request as plainly, type IncomingMessage } from 'node:http';
import { request as securely } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { WantedIdentity } from '@berth/domain';
import { z } from 'zod';
import { AddressRefused, pinnedTo, type AllowedAddresses } from '../../addresses/allowed-addresses.js';
import { TaskFailure } from '../../failures/task-failure.js';
import type { VaultLogin } from './identity-files.js';

type Vault = Extract<WantedIdentity, { for: 'vault' }>;

/** Of one call. */
const DEADLINE_MS = 10_000;
/** Between tries of a Vault that is away, or is being unsealed. */
const PAUSES_MS = [500, 2_000];
const MOST_BYTES = 1_000_000;
/** Of what Vault says is wrong. */
const MOST_WORDS = 500;

const Login = z.object({ auth: z.object({ client_token: z.string().min(1) }) });
const Errors = z.object({ errors: z.array(z.string()) });

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A Vault as the workspace's variables have it, which may be any address, and what it may be. */
export interface VaultPlace {
  readonly vault: Vault;
  readonly allowed: AllowedAddresses;
}

/** Shows Vault a token, for one of its own. @throws TaskFailure, or the signal's reason */
export async function logInToVault(
  { vault, allowed }: VaultPlace,
  jwt: string,
  signal: AbortSignal,
): Promise<VaultLogin> {
  const path = `/v1/auth/${segments(vault.authPath)}/login`;
  const body = JSON.stringify({ role: vault.role, jwt });
  for (let tries = 0; ; tries += 1) {
    try {
      return loginIn(vault, await call(vault, path, { allowed, body, headers: {}, signal }));
    } catch (error) {
      const wait = PAUSES_MS[tries];
      if (!(error instanceof TaskFailure) || error.failureClass !== 'transient' || wait === undefined) {
        throw error;
      }
      await pause(wait, undefined, { signal });
    }
  }
}

/** The token counts no more. @throws TaskFailure where Vault did not say so in time */
export async function logOutOfVault({ vault, allowed }: VaultPlace, { token }: VaultLogin): Promise<void> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const answer = await call(vault, '/v1/auth/token/revoke-self', {
    allowed,
    headers: { 'x-vault-token': token },
    signal,
  });
  if (answer.status >= 300) {
    throw refused(vault, answer);
  }
}

function loginIn(vault: Vault, answer: Answer): VaultLogin {
  if (answer.status !== 200) {
    throw refused(vault, answer);
  }
  const login = Login.safeParse(json(answer.text));
  if (!login.success) {
    throw TaskFailure.permanent(
      'VAULT_ANSWER_UNREADABLE',
      `${vault.address} took the login and gave no token: is there a Vault at TFC_VAULT_ADDR?`,
    );
  }
  return { token: login.data.auth.client_token };
}

function refused({ address, authPath, role }: Vault, { status, text }: Answer): TaskFailure {
  const errors = Errors.safeParse(json(text));
  const words = errors.success ? errors.data.errors.join('; ').slice(0, MOST_WORDS) : '';
  const said = `Vault at ${address} answered ${status} to role "${role}" of the auth method "${authPath}"${words === '' ? '' : `: ${words}`}`;
  return status >= 500 || status === 429 || status === 412
    ? TaskFailure.transient('VAULT_UNAVAILABLE', `${said}. It may a little later.`)
    : TaskFailure.permanent('VAULT_LOGIN_REFUSED', `${said}. The role has to take this run's token.`);
}

async function call(
  vault: Vault,
  path: string,
  {
    allowed,
    body = '',
    headers,
    signal,
  }: {
    readonly allowed: AllowedAddresses;
    readonly body?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<Answer> {
  const target = addressOf(vault, path);
  const { namespace, caCert } = vault;
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  try {
    const lookup = pinnedTo(await allowed.resolve(target.hostname));
    return await new Promise<Answer>((resolve, reject) => {
      const options = {
        lookup,
        method: 'POST',
        signal: deadline,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-vault-request': 'true',
          ...(namespace === null ? {} : { 'x-vault-namespace': namespace }),
          ...headers,
        },
      };
      const heard = (response: IncomingMessage): void => {
        readAnswer(response).then(resolve, reject);
      };
      const sent =
        target.protocol === 'https:'
          ? securely(
              target,
              { ...options, ...(caCert === null ? {} : { ca: Buffer.from(caCert, 'base64') }) },
              heard,
            )
          : plainly(target, options, heard);
      sent.on('error', reject).end(body);
    });
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof AddressRefused) {
      throw TaskFailure.permanent(
        'VAULT_ADDRESS_REFUSED',
        `Vault at ${vault.address} (TFC_VAULT_ADDR): ${cause.message}`,
        { cause },
      );
    }
    const { code } = cause as NodeJS.ErrnoException;
    const why = deadline.aborted ? `no answer within ${DEADLINE_MS / 1_000} s` : (code ?? 'no answer');
    throw TaskFailure.transient(
      'VAULT_UNAVAILABLE',
      `Vault at ${vault.address} (TFC_VAULT_ADDR) does not answer: ${why}.`,
      { cause },
    );
  }
}

/** Where it redirects to, nobody follows: the token is for this one. */
async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) {
      throw new Error('the answer is too long');
    }
    pieces.push(piece);
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString('utf8') };
}

function addressOf({ address }: Vault, path: string): URL {
  const base = URL.canParse(address) ? new URL(address) : null;
  if (base === null || !['http:', 'https:'].includes(base.protocol)) {
    throw TaskFailure.permanent(
      'VAULT_ADDRESS_INVALID',
      'TFC_VAULT_ADDR must be an address such as https://vault.example.com:8200.',
    );
  }
  base.pathname = `${base.pathname.replace(/\/+$/, '')}${path}`;
  return base;
}

function segments(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map(encodeURIComponent)
    .join('/');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
