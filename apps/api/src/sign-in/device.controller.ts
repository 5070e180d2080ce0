import { answerDevice, Database, readWaitingDevice, recorded } from '@berth/persistence';
import { Controller, Get, Inject, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Buckets } from '../auth/buckets.js';
import { Public } from '../auth/caller.js';
import { tooMany } from '../auth/guesses.js';
import { expectOwnOrigin } from '../auth/own-origin.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { deedOf } from './deeds.js';
import { sendAnswered, sendCodeForm, sendDevice, type FoundDevice } from './device.page.js';
import { queryOf, readForm } from './form.js';
import { keyDaysOf } from './key-days.js';
import { PageFilter } from './page.filter.js';
import { sendTo } from './page.js';
import { signInFirst } from './return-to.js';
import { Sessions, type SignedIn } from './sessions.service.js';
import { userCodeOf } from './user-code.js';

const NO_SUCH_CODE =
  'No command line waits with this code. Look at it again; a code is good for ten minutes, and once.';

/** Where a person lets a command line in that waits elsewhere (RFC 8628). */
@Public()
@UseFilters(PageFilter)
@Controller('device')
export class DeviceController {
  /** Codes that one person may try. */
  private readonly tries = new Buckets(10, 1 / 10);

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const typed = queryOf(request).get('user_code');
    const person = await this.sessions.personOf(request);
    if (person === null) {
      sendTo(
        response,
        signInFirst(`/device${typed === '' ? '' : `?user_code=${encodeURIComponent(typed)}`}`),
      );
    } else if (typed === '') {
      sendCodeForm(response, person.email, null);
    } else {
      const device = await this.find(response, person, typed);
      if (device !== null) {
        sendDevice(response, device);
      }
    }
  }

  @Post()
  async answer(@Req() request: Request, @Res() response: Response): Promise<void> {
    expectOwnOrigin(request, this.env);
    const form = await readForm(request);
    const person = await this.sessions.personOf(request);
    if (person === null) {
      sendTo(response, signInFirst('/device'));
      return;
    }
    const device = await this.find(response, person, form.get('user_code'));
    if (device === null) {
      return;
    }
    // The code was typed in, and is looked at before it is answered.
    if (form.get('answer') === '') {
      sendDevice(response, device);
      return;
    }
    const approved = form.get('answer') === 'approve';
    const keyDays = keyDaysOf(form.get('days'));
    const { userId, sessionId } = person;
    const deed = deedOf(request, 'answerDeviceSignIn', person, {
      sessionId,
      objectType: 'device',
      objectId: device.id,
      objectName: device.clientName,
      after: approved ? { approved, keyDays } : { approved },
    });
    const answered = await recorded({ deed, written: false }, async () =>
      answerDevice(
        this.database,
        device.id,
        approved ? { approved, userId, keyDays } : { approved: false, userId },
      ),
    );
    if (answered) {
      sendAnswered(response, device.clientName, approved);
    } else {
      sendCodeForm(response, person.email, NO_SUCH_CODE);
    }
  }

  /** The command line with the code; where none waits, the page says so and null is given. */
  private async find(response: Response, person: SignedIn, typed: string): Promise<FoundDevice | null> {
    if (!this.tries.take(person.userId).taken) {
      throw tooMany('too many codes tried', this.tries.waits(person.userId));
    }
    const userCode = userCodeOf(typed);
    const device = userCode === '' ? null : await readWaitingDevice(this.database, userCode);
    if (device === null) {
      sendCodeForm(response, person.email, NO_SUCH_CODE);
      return null;
    }
    return { ...device, userCode, email: person.email };
  }
}
