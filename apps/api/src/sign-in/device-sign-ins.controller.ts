import { BeginDeviceSignIn, DeviceSignIn, DeviceToken, PollDeviceSignIn } from '@berth/contracts';
import {
  createDeviceSignIn,
  Database,
  DEVICE_POLL_SECONDS,
  pollDevice,
  type DevicePoll,
} from '@berth/persistence';
import { Controller, Header, HttpCode, Inject, Post, Req, UseFilters } from '@nestjs/common';
import type { Request } from 'express';
import { randomBytes } from 'node:crypto';
import { Buckets } from '../auth/buckets.js';
import { Public } from '../auth/caller.js';
import { addressOf, tooMany } from '../auth/guesses.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { Describe } from '../openapi/describe.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { publicUrlOf } from '../public-url.js';
import { keyHash } from '../secrets/key-hash.js';
import { newCommandLineKey, recordKey, tokenAnswer } from './command-line-key.js';
import { readFields } from './form.js';
import { OAuthError, OAuthFilter } from './oauth-errors.js';
import { newUserCode } from './user-code.js';

const CODE_SECONDS = 600;
const SMALL = { maxMb: 4 / 1024 };

const WHY: Readonly<Record<Exclude<DevicePoll, object>, string>> = {
  authorization_pending: 'nobody has let it in yet: ask again',
  slow_down: `ask again after ${DEVICE_POLL_SECONDS} seconds more`,
  access_denied: 'a person has refused it',
  expired_token: 'nobody has let it in in time: log in again',
  invalid_grant: 'there is no such device_code, or its key was fetched already: log in again',
};

/** A command line without a browser of its own asks to be let in (RFC 8628). */
@Public()
@UseFilters(OAuthFilter)
@Controller('auth/device')
export class DeviceSignInsController {
  /** Each one that waits is a row for ten minutes. */
  private readonly beginnings = new Buckets(30, 1 / 2);

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @Describe({
    id: 'beginDeviceSignIn',
    summary: 'Ask for a person to let a command line in; as a form too (RFC 8628)',
    body: BeginDeviceSignIn,
    bodyLimits: SMALL,
    alsoForms: true,
    answer: DeviceSignIn,
  })
  async begin(@Req() request: Request): Promise<DeviceSignIn> {
    const { client_id: clientId, name } = new ZodPipe(BeginDeviceSignIn).transform(await readFields(request));
    const address = addressOf(request);
    if (!this.beginnings.take(address).taken) {
      throw tooMany('too many command lines ask from here', this.beginnings.waits(address));
    }
    const deviceCode = randomBytes(32).toString('base64url');
    const userCode = newUserCode();
    await createDeviceSignIn(this.database, {
      deviceCodeHash: keyHash(deviceCode),
      userCode,
      clientName: name ?? clientId,
      address,
      expiresAt: new Date(Date.now() + CODE_SECONDS * 1_000),
    });
    const page = `${publicUrlOf(this.env)}/device`;
    return {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: page,
      verification_uri_complete: `${page}?user_code=${userCode}`,
      expires_in: CODE_SECONDS,
      interval: DEVICE_POLL_SECONDS,
    };
  }

  @Post('token')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @Describe({
    id: 'pollDeviceSignIn',
    summary: 'Fetch the key of a command line that was let in; as a form too (RFC 8628)',
    body: PollDeviceSignIn,
    bodyLimits: SMALL,
    alsoForms: true,
    answer: DeviceToken,
  })
  async poll(@Req() request: Request): Promise<DeviceToken> {
    const { device_code: deviceCode } = new ZodPipe(PollDeviceSignIn).transform(await readFields(request));
    const key = newCommandLineKey();
    const poll = await pollDevice(
      this.database,
      { deviceCodeHash: keyHash(deviceCode), ...key.row },
      recordKey(request),
    );
    if (typeof poll === 'string') {
      throw new OAuthError(poll, WHY[poll]);
    }
    return tokenAnswer(key.key, poll.keyDays);
  }
}
