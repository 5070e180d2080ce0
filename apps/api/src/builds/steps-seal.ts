import { BuildStep } from '@berth/contracts';
import { z } from 'zod';
import type { SecretBox } from '../secrets/secret-box.js';
import { STEPS_SEAL } from '../secrets/seals.js';

const Steps = z.array(BuildStep);

/** A step's environment may hold secrets, so all of them are stored sealed. */
export function sealSteps(box: SecretBox, steps: readonly BuildStep[]): Buffer {
  return box.seal(STEPS_SEAL, Buffer.from(JSON.stringify(steps)));
}

export function openSteps(box: SecretBox, sealed: Buffer): BuildStep[] {
  return Steps.parse(JSON.parse(box.open(STEPS_SEAL, sealed).toString('utf8')));
}
