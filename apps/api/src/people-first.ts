import { RightOfWay } from '@berth/process';
import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** What is held is held for no longer, in milliseconds: longer than a person's word takes here, and shorter than anybody feels. */
const MOST_MS = 50;
/** A person says what becomes of a run: confirm, cancel, discard and the like. */
const WORD = /^\/api\/v1\/tasks\/[^/]+\/[a-z-]+\/?$/;
const OF_AGENTS = '/agent/v1/';

/**
 * What a person says of a run goes before what agents ask: while such a call is at work here, those of agents wait, before
 * anything is done for them. A crowd of agents would have the person wait behind each of its steps.
 */
@Injectable()
export class PeopleFirst {
  private readonly way = new RightOfWay(MOST_MS);

  /** For work of a crowd that is not a request. */
  async turn(): Promise<void> {
    await this.way.turn();
  }

  readonly letPass = (request: Request, response: Response, next: NextFunction): void => {
    if (request.method === 'POST' && WORD.test(request.path)) {
      response.once('close', this.way.begin());
      next();
    } else if (request.path.startsWith(OF_AGENTS)) {
      void this.way.turn().then(() => {
        next();
      });
    } else {
      next();
    }
  };
}
