import { RightOfWay } from '@berth/process';
import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** What is held is held for no longer, in milliseconds: longer than a person's word takes here, and shorter than anybody feels. */
const MOST_MS = 50;
/** So long after the answer until the run's agent is told, at most; as a rule it has asked by then. */
const TELLING_MS = 20;
/** A person says what becomes of a run: confirm, cancel, discard and the like. */
const WORD = /^\/api\/v1\/tasks\/([^/]+)\/[a-z-]+\/?$/;
const OF_AGENTS = '/agent/v1/';
const OF_TASK = /^\/agent\/v1\/tasks\/([^/]+)\//;

/**
 * What a person says of a run goes before what agents ask: while such a call is at work here, and until the run's own agent
 * speaks of it, those of agents wait, before anything is done for them. A crowd of agents would have the person wait behind each of
 * its steps.
 */
@Injectable()
export class PeopleFirst {
  private readonly way = new RightOfWay(MOST_MS);
  /** Ends the right of way, by the run that an agent is yet to hear of. */
  private readonly telling = new Map<string, () => void>();

  /** For work of a crowd that is not a request. */
  async turn(): Promise<void> {
    await this.way.turn();
  }

  readonly letPass = (request: Request, response: Response, next: NextFunction): void => {
    const said = request.method === 'POST' ? WORD.exec(request.path)?.[1] : undefined;
    if (said !== undefined) {
      const end = this.way.begin();
      response.once('close', () => {
        this.endWhenTold(said, end);
      });
      next();
    } else if (!request.path.startsWith(OF_AGENTS) || this.isOfTold(request.path)) {
      next();
    } else {
      void this.way.turn().then(() => {
        next();
      });
    }
  };

  private endWhenTold(taskId: string, end: () => void): void {
    this.telling.get(taskId)?.();
    const over = (): void => {
      clearTimeout(timer);
      this.telling.delete(taskId);
      end();
    };
    const timer = setTimeout(over, TELLING_MS);
    this.telling.set(taskId, over);
  }

  /** The run's agent asks: it has been told. */
  private isOfTold(path: string): boolean {
    const over = this.telling.get(OF_TASK.exec(path)?.[1] ?? '');
    over?.();
    return over !== undefined;
  }
}
