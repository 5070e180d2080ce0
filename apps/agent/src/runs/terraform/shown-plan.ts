import type { Mask } from '@berth/masking';
import { TaskFailure } from '../../failures/task-failure.js';
import { readPlanJson } from '../../terraform/plan-json.js';
import { summarizePlan, unshownPlan, type SummarizedPlan } from '../../terraform/plan-summary.js';
import { readTerraformOutput, type TerraformOutput } from '../../terraform/terraform-output.js';
import type { RunContext } from './run-context.js';
import type { SlotTerraform } from './slot-terraform.js';

/** A plan's JSON of 5,000 resources has 5 MB; node holds no longer text. */
const MAX_SHOWN_BYTES = 512 * 1024 * 1024;
/** A provider may fail to start under load, and show needs its schema. */
const TRIES = 2;

export interface ReadPlan {
  readonly summary: SummarizedPlan;
  /** Null where it could not be read. */
  readonly json: string | null;
}

/**
 * The plan in terraform's own words goes to the log, its JSON is read for the view. A good plan that cannot be shown is
 * still a good plan: the view says so.
 * @throws the reason of the run's signal
 */
export async function showPlan({ run, slot, log }: RunContext, terraform: SlotTerraform): Promise<ReadPlan> {
  const [text, json] = await Promise.all([
    show(terraform, ['show', '-no-color', slot.planFile], run.mask),
    show(terraform, ['show', '-json', slot.planFile], run.mask),
  ]);
  run.signal.throwIfAborted();
  terraform.base.onText(typeof text === 'string' ? `\n${text}\n` : text.stdout);
  const shown = typeof json === 'string' ? null : readPlanJson(json.stdout);
  if (typeof json !== 'string' && shown !== null) {
    return {
      json: json.stdout,
      summary: summarizePlan(shown, { refreshOnly: run.assignment.refreshOnly, mask: run.mask }),
    };
  }
  const reason =
    typeof json === 'string' ? json : 'terraform show -json printed no plan that this agent can read';
  log.text.line(`\nThe plan is good and cannot be shown: ${reason}`);
  return { json: null, summary: unshownPlan(run.mask.text(reason)) };
}

/** What it printed, or why it did not. */
async function show(terraform: SlotTerraform, args: string[], mask: Mask): Promise<TerraformOutput | string> {
  let reason = '';
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    try {
      const output = await readTerraformOutput({ ...terraform.base, args }, MAX_SHOWN_BYTES);
      if (output.exitCode === 0) {
        return output;
      }
      reason = `terraform show ended with ${String(output.exitCode)}: ${mask.text(output.stderrTail).trim().slice(-500)}`;
    } catch (error) {
      if (!(error instanceof TaskFailure)) {
        throw error;
      }
      reason = error.message;
    }
  }
  return reason;
}
