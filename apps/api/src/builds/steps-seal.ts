import { BuildStep } from '@berth/contracts';
import { z } from 'zod';
import type { SecretBox } from '../secrets/secret-box.js';

const SEAL = 'build steps';
const Steps = z.array(BuildStep);

/** A step's environment may hold secrets, so all of them are stored sealed. */
export function sealSteps(box: SecretBox, steps: readonly BuildStep[]): Buffer {
  return box.seal(SEAL, Buffer.from(JSON.stringify(steps)));
}

export function openSteps(box: SecretBox, sealed: Buffer): BuildStep[] {
  return Steps.parse(JSON.parse(box.open(SEAL, sealed).toString('utf8')));
}
