import type { PlanDigests } from '@berth/domain';
import { makeDigests } from '../../terraform/plan-digest/digest-maker.js';
import type { PlanInputs } from '../../terraform/plan-digest/plan-settings.js';
import type { RunContext } from './run-context.js';

/**
 * What the plan is compared with others by. One without is as good a plan, and identical to no other: the log says why.
 * @throws the reason of the run's signal
 */
export async function digestsOfPlan(
  { run, log }: RunContext,
  json: string | null,
  inputs: PlanInputs,
): Promise<PlanDigests | null> {
  const { digestKey: key, digestKeyId: keyId } = run.assignment;
  if (json === null || key === null || keyId === null) {
    return null;
  }
  const digested = await makeDigests({ json, key, keyId, inputs }, run.signal);
  if ('digests' in digested) {
    return digested.digests;
  }
  log.text.line(`\nThis plan has no digest, and will count as another than every other: ${digested.reason}.`);
  return null;
}
