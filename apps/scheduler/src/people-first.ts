import { RightOfWay } from '@berth/process';
import { Injectable } from '@nestjs/common';

/** What is held is held for no longer, in milliseconds. */
const MOST_MS = 50;

/** While an apply that a person has just confirmed is claimed, or an agent is told to stop a run, results and other claims wait. */
@Injectable()
export class PeopleFirst extends RightOfWay {
  constructor() {
    super(MOST_MS);
  }
}
