import { SetPassword } from '@berth/contracts';
import { Database, readUser, setPassword, tell } from '@berth/persistence';
import { Body, Controller, HttpCode, Inject, Put, Req } from '@nestjs/common';
import type { Request } from 'express';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { Describe } from '../openapi/describe.js';
import { invalidField, notFound, ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { passwordFault } from './password-rules.js';
import { Passwords } from './passwords.service.js';

/** A person's own password. */
@Controller('api/v1/account/password')
export class PasswordController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Put()
  @HttpCode(204)
  @Describe({
    id: 'setPassword',
    permission: 'account:manage',
    place: 'account',
    summary: 'Set my password, in the browser where I am signed in; everywhere else I am signed out',
    body: SetPassword,
    bodyLimits: { maxMb: 4 / 1024 },
    status: 204,
  })
  async set(
    @CallerParam() { principal }: UserCaller,
    @Body(new ZodPipe(SetPassword)) { password, current }: SetPassword,
    @Req() request: Request,
  ): Promise<void> {
    if (!this.env.BERTH_PASSWORDS) {
      throw new ProblemError(403, 'PASSWORDS_OFF', 'passwords are switched off here (BERTH_PASSWORDS)');
    }
    const { userId, sessionId } = principal;
    // A key that got lost would open for ever.
    if (sessionId === null || userId === null) {
      throw new ProblemError(403, 'SESSION_NEEDED', 'a password is set in the browser: sign in there');
    }
    const user = await readUser(this.database, userId);
    if (user === null) {
      throw notFound('user', userId);
    }
    tell({ objectType: 'user', objectId: userId, objectName: user.email });
    const fault = passwordFault(password, user.email);
    if (fault !== null) {
      throw invalidField('password', fault);
    }
    if (user.hasPassword) {
      const checked = await this.passwords.check(request, user.email, current ?? '');
      if (checked.is !== 'right') {
        throw new ProblemError(403, 'WRONG_PASSWORD', 'current is not the password that you have now');
      }
    }
    await setPassword(this.database, {
      userId,
      passwordHash: await this.passwords.hash(password),
      sessionId,
    });
  }
}
