import { Unreachable } from '@berth/client';
import { Ending, ExitCode } from '../failures.js';
import { oneLine } from '../output/plain.js';

/** What a person is shown, and what we wait with. */
export interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  /** Where the person goes, with the code in it where the api says so. */
  readonly address: string;
  readonly plainAddress: string;
  readonly expiresInS: number;
  readonly intervalS: number;
}

/** The key that a person has let us have. */
export interface GrantedKey {
  readonly key: string;
  /** Null: it says none. */
  readonly expiresInS: number | null;
}

export interface Asking {
  readonly url: string;
  /** What the key is to be called: a person who reads it later should know which machine has it. */
  readonly clientName: string;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 15_000;
const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

type Json = Readonly<Record<string, unknown>>;

/** Begins a sign-in (RFC 8628). @throws Ending where this Berth has none, Unreachable */
export async function askForCode({ url, clientName, signal }: Asking): Promise<DeviceCode> {
  const form = { client_id: 'berth', name: clientName };
  const { status, body } = await post(url, '/auth/device', form, signal);
  const { device_code: deviceCode, user_code: userCode, verification_uri: plainAddress } = body;
  if (status === 404) {
    throw new Ending(
      ExitCode.failed,
      `${url} has no sign-in for command lines: give it a key, with berth login ${url} --key -`,
    );
  }
  if (typeof deviceCode !== 'string' || typeof userCode !== 'string' || typeof plainAddress !== 'string') {
    throw refusalOf(url, status, body);
  }
  const whole = body['verification_uri_complete'];
  return {
    deviceCode,
    userCode: oneLine(userCode),
    address: oneLine(typeof whole === 'string' ? whole : plainAddress),
    plainAddress: oneLine(plainAddress),
    expiresInS: secondsOf(body['expires_in'], 600),
    intervalS: secondsOf(body['interval'], 5),
  };
}

/** Waits until the person has said yes. @throws Ending where they have said no, or nothing in time; the signal's reason */
export async function waitForKey(
  { url, signal }: Pick<Asking, 'url' | 'signal'>,
  { deviceCode, expiresInS, intervalS }: DeviceCode,
  pause: (seconds: number) => Promise<void>,
): Promise<GrantedKey> {
  const form = { grant_type: GRANT, device_code: deviceCode, client_id: 'berth' };
  const end = performance.now() + expiresInS * 1_000;
  for (let interval = intervalS; performance.now() < end;) {
    await pause(interval);
    signal.throwIfAborted();
    const answer = await post(url, '/auth/device/token', form, signal).catch(ifUnreachable);
    const said = answer?.body['error'];
    if (answer === undefined || answer.status === 429 || answer.status >= 500 || said === 'slow_down') {
      // As the protocol has it, for a busy api and for one that is away alike.
      interval += 5;
    } else if (said !== 'authorization_pending') {
      return keyOf(url, answer);
    }
  }
  throw new Ending(ExitCode.failed, 'The code has expired: nobody has confirmed it in time. Sign in again.');
}

function keyOf(url: string, { status, body }: Answer): GrantedKey {
  switch (body['error']) {
    case 'access_denied':
      throw new Ending(ExitCode.notAllowed, 'The sign-in was refused in the browser: no key was made.');
    case 'expired_token':
      throw new Ending(
        ExitCode.failed,
        'The code has expired: nobody has confirmed it in time. Sign in again.',
      );
  }
  const { access_token: key, expires_in: expiresIn } = body;
  if (status !== 200 || typeof key !== 'string') {
    throw refusalOf(url, status, body);
  }
  return { key, expiresInS: typeof expiresIn === 'number' ? expiresIn : null };
}

interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** @throws Unreachable where no whole answer came, the signal's reason */
async function post(
  url: string,
  path: string,
  form: Record<string, string>,
  signal: AbortSignal,
): Promise<Answer> {
  const call = `POST ${path}`;
  try {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams(form),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = await response.text();
    return { status: response.status, body: jsonOf(text) };
  } catch (error) {
    signal.throwIfAborted();
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    const reason = isLate ? `no answer for ${TIMEOUT_MS / 1_000} s` : 'the connection failed';
    throw new Unreachable(call, reason, isLate ? {} : { cause: error });
  }
}

function jsonOf(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : {};
  } catch {
    return {};
  }
}

function ifUnreachable(error: unknown): undefined {
  if (error instanceof Unreachable) {
    return undefined;
  }
  throw error;
}

function refusalOf(url: string, status: number, body: Json): Ending {
  const said = body['error_description'] ?? body['detail'] ?? body['error'];
  const reason = typeof said === 'string' ? oneLine(said) : `an answer that is none (HTTP ${status})`;
  const isBusy = status === 429 || status >= 500;
  return new Ending(
    isBusy ? ExitCode.notReachable : ExitCode.failed,
    `${url} does not sign you in: ${reason}`,
  );
}

function secondsOf(given: unknown, otherwise: number): number {
  return typeof given === 'number' && given > 0 && given < 86_400 ? given : otherwise;
}
