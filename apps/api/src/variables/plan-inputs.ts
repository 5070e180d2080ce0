import { Engine, TaskVariable } from '@berth/contracts';
import { z } from 'zod';
import type { SecretBox } from '../secrets/secret-box.js';
import { PLAN_INPUTS_SEAL } from '../secrets/seals.js';

/** All of an assignment that decides what a plan is made from, and what its apply therefore gets again. */
const PlanInputs = z.object({
  workingDirectory: z.string(),
  engine: Engine,
  engineVersion: z.string().nullable(),
  variables: z.array(TaskVariable),
  targets: z.array(z.string()),
  replace: z.array(z.string()),
  refreshOnly: z.boolean(),
});
export type PlanInputs = z.infer<typeof PlanInputs>;

export function sealInputs(box: SecretBox, inputs: PlanInputs): Buffer {
  return box.seal(PLAN_INPUTS_SEAL, Buffer.from(JSON.stringify(PlanInputs.parse(inputs))));
}

/** @throws Error where they were sealed with another key */
export function openInputs(box: SecretBox, sealedInputs: Buffer): PlanInputs {
  return PlanInputs.parse(JSON.parse(box.open(PLAN_INPUTS_SEAL, sealedInputs).toString('utf8')));
}
