import { LOGGER, LoopWatch, type Logger } from '@berth/observability';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { API_ENV, type ApiEnv } from '../env.js';
import { issuerOf } from './issuer.js';
import { SigningKeys } from './signing-keys.service.js';

/** A key is published for a day before it signs: a loop that is late by hours is in time. */
const INTERVAL_MS = 600_000;

/** Changes the keys that identity tokens are signed with. */
@Injectable()
export class SigningKeysLoop {
  private readonly loop: Loop;

  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(SigningKeys) keys: SigningKeys,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) watch: LoopWatch,
  ) {
    this.loop = new Loop({
      name: 'signing keys',
      intervalMs: INTERVAL_MS,
      observer: watch,
      run: async () => {
        await keys.keep();
        return 'rest';
      },
    });
  }

  start(): void {
    const issuer = issuerOf(this.env);
    if (issuer === null) {
      this.logger.info(
        'workload identity is off: BERTH_PUBLIC_URL must be set, and begin with https:// but on this machine itself',
      );
      return;
    }
    this.logger.info(`workload identity is on: runs get tokens of the issuer ${issuer}`);
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }
}
