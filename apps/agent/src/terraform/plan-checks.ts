import type { PlanCheck } from '@berth/contracts';
import { Mask } from '@berth/masking';
import { z } from 'zod';

/** So many are told of, and so much of what one says; what does not hold comes first. */
const MAX_CHECKS = 200;
const MAX_PROBLEMS = 20;
const MAX_TEXT = 2_000;

const Status = z.enum(['pass', 'fail', 'error', 'unknown']).catch('unknown');
const Check = z.object({
  address: z.object({ kind: z.string().default(''), to_display: z.string() }),
  status: Status,
  instances: z
    .array(z.object({ problems: z.array(z.object({ message: z.string() })).nullish() }))
    .nullish()
    .catch(null),
});

const ORDER: readonly PlanCheck['status'][] = ['fail', 'error', 'unknown', 'pass'];

/**
 * The `checks` of a plan's JSON (terraform 1.5 and later, OpenTofu). One that cannot be read is left out: it is a remark,
 * and changes nothing of what is applied. Terraform puts no value into a message that it knows to be sensitive.
 */
export function planChecks(value: unknown, mask = Mask.none): PlanCheck[] {
  const checks = (Array.isArray(value) ? value : []).flatMap((entry: unknown): PlanCheck[] => {
    const read = Check.safeParse(entry);
    if (!read.success) {
      return [];
    }
    const { address, status, instances } = read.data;
    const problems = (instances ?? []).flatMap((instance) => instance.problems ?? []);
    return [
      {
        address: mask.text(address.to_display).slice(0, MAX_TEXT),
        kind: address.kind,
        status,
        problems: problems.slice(0, MAX_PROBLEMS).map(({ message }) => mask.text(message).slice(0, MAX_TEXT)),
      },
    ];
  });
  return checks
    .sort((one, other) => ORDER.indexOf(one.status) - ORDER.indexOf(other.status))
    .slice(0, MAX_CHECKS);
}
