import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { UserCaller } from '../auth/caller.js';
import { follow } from '../tasks/follow.js';
import { parseTopics } from './topics.js';

/** The streams of the pages that are open at this process. */
@Injectable()
export class Streams {
  /** @throws ProblemError 400 */
  async follow(
    _caller: UserCaller,
    topics: string,
    _lastEventId: string | undefined,
    response: Response,
  ): Promise<void> {
    parseTopics(topics);
    let ready = false;
    await follow(response, async () => {
      const messages = ready ? [] : [{ event: 'ready', id: '0', data: { type: 'ready' } }];
      ready = true;
      return { messages, ended: false };
    });
  }
}
