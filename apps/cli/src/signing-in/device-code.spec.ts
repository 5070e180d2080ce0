import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SignInDouble, type TokenAnswer } from '../../../../test/support/sign-in-double.js';
import { ExitCode, type Ending } from '../failures.js';
import { askForCode, waitForKey, type GrantedKey } from './device-code.js';

const PENDING = { error: 'authorization_pending' };
const { signal } = new AbortController();

let double: SignInDouble;
let paused: number[];

beforeEach(async () => {
  double = await SignInDouble.start();
  paused = [];
});

afterEach(async () => {
  await double.stop();
});

async function signIn(answers: TokenAnswer[]): Promise<GrantedKey> {
  double.tokenAnswers = answers;
  const { url } = double;
  const code = await askForCode({ url, clientName: 'berth on laptop', signal });
  return waitForKey({ url, signal }, code, async (seconds) => {
    paused.push(seconds);
    await Promise.resolve();
  });
}

async function refusalOf(answers: TokenAnswer[]): Promise<Ending> {
  return signIn(answers).then(
    () => {
      throw new Error('it was let in');
    },
    (error: unknown) => error as Ending,
  );
}

describe('a sign-in with a device code', () => {
  it('asks with the name of what wants in, and waits until a person has said yes', async () => {
    const granted = { access_token: double.key, token_type: 'Bearer', expires_in: 7_776_000 };
    expect(await signIn([PENDING, PENDING, granted])).toEqual({ key: double.key, expiresInS: 7_776_000 });
    expect(Object.fromEntries(double.begun[0] ?? [])).toEqual({
      client_id: 'berth',
      name: 'berth on laptop',
    });
    expect(double.asked).toHaveLength(3);
    expect(Object.fromEntries(double.asked[0] ?? [])).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'the-device-code',
      client_id: 'berth',
    });
  });

  it('asks less often where it is asked to, and where the api is away', async () => {
    await signIn([{ error: 'slow_down' }, PENDING, 503, { access_token: double.key }]);
    expect(paused).toEqual([0.05, 5.05, 5.05, 10.05]);
  });

  it.each<[string, TokenAnswer, ExitCode, RegExp]>([
    ['refused in the browser', { error: 'access_denied' }, ExitCode.notAllowed, /refused in the browser/],
    ['too late', { error: 'expired_token' }, ExitCode.failed, /nobody has confirmed it in time/],
    ['answered otherwise', { error: 'invalid_grant', error_description: 'used twice' }, 1, /used twice/],
    ['answered without a key', { token_type: 'Bearer' }, ExitCode.failed, /an answer that is none/],
  ])('ends where it is %s', async (_, answer, exitCode, words) => {
    const ending = await refusalOf([answer]);
    expect(ending).toMatchObject({ exitCode, message: expect.stringMatching(words) });
  });

  it('ends with its code, also where the api says nothing of that', async () => {
    double.expiresIn = 0.3;
    const { url } = double;
    const code = await askForCode({ url, clientName: 'b', signal });
    const pause = async (seconds: number) => new Promise<void>((done) => setTimeout(done, seconds * 1_000));
    await expect(waitForKey({ url, signal }, code, pause)).rejects.toMatchObject({
      message: expect.stringContaining('has expired'),
    });
    expect(double.asked.length).toBeGreaterThan(1);
  });

  it('says how else where the api has no sign-in', async () => {
    double.beginStatus = 404;
    expect(await refusalOf([PENDING])).toMatchObject({ message: expect.stringContaining('--key -') });
  });
});
