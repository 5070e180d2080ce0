import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { MessageOf } from '@berth/contracts';
import type { TaskPhase } from '@berth/domain';
import { Mask } from '@berth/masking';
import type { Publisher } from '@berth/messaging';
import { SlotRun } from '../../slots/slot-run.js';
import type { TerraformEvent } from '../../terraform/terraform-events.js';
import { RunObserver } from './run-observer.js';

type Observed = MessageOf<'task.observed'>;

interface Broker {
  readonly canPublish: boolean;
  readonly confirms?: boolean;
}

/** Beside a broker that takes messages, or not; what it has taken. */
function observer(phase: TaskPhase, broker: Broker) {
  const taken: Observed[] = [];
  const publisher = {
    canPublish: broker.canPublish,
    publish: async (_type: string, message: Observed) => {
      taken.push(message);
      await (broker.confirms === false ? new Promise(() => undefined) : Promise.resolve());
    },
  } as unknown as Publisher;
  const run = new SlotRun({ taskId: 'task', attempt: 1, phase }, 1, Mask.of(['hunter22', 'planned_change']));
  const identity = { agentId: 'a', podName: 'p', home: '/', workRoot: '/' };
  const it = new RunObserver(run, identity, publisher);
  const told = () => taken.flatMap(({ observations }) => observations.map(({ event }) => event));
  return { it, taken, told };
}

const planned: TerraformEvent = {
  type: 'planned_change',
  '@message': 'a: Plan to create',
  change: { resource: { addr: 'a' }, action: 'create' },
};
const hook = { resource: { addr: 'a' }, action: 'create' };
const started: TerraformEvent = { type: 'apply_start', '@message': 'a: Creating...', hook };
const failed: TerraformEvent = { type: 'apply_errored', '@message': 'a: Failed', hook };
const diagnostic: TerraformEvent = {
  type: 'diagnostic',
  '@message': 'Error: S',
  diagnostic: { severity: 'error', summary: 'S', detail: 'D' },
};

function see(it: RunObserver, event: TerraformEvent, times: number): void {
  for (let count = 0; count < times; count += 1) {
    it.see(event);
  }
}

afterEach(() => {
  jest.useRealTimers();
});

describe('what is told of single resources', () => {
  it('in an apply is not the plan once more, which is counted all the same', async () => {
    const { it: observes, taken, told } = observer('apply', { canPublish: true });
    see(observes, planned, 2_000);
    observes.see(started);
    await observes.close();

    expect(told()).toEqual(['resource_started']);
    expect(taken.at(-1)?.resources).toEqual({ planned: 2_000, started: 1, completed: 0, failed: 0 });
  });

  it('holds no sensitive value, and is what it was otherwise', async () => {
    const { it: observer_, taken } = observer('plan', { canPublish: true });
    const diagnostic = { severity: 'error', summary: 'Wrong', detail: `${'x'.repeat(1_988)}hunter22` };
    observer_.see({ ...planned, '@message': 'a["hunter22"]: Plan to create' });
    observer_.see({
      type: 'diagnostic',
      '@message': '',
      diagnostic: { ...diagnostic, range: null, snippet: null },
    });
    await observer_.close();
    const [first, second] = taken[0]?.observations ?? [];
    expect(first).toMatchObject({ event: 'resource_planned', message: 'a["***"]: Plan to create' });
    expect(second?.message).toMatch(/^Wrong: x+\*\*\*$/);
  });

  it('is cut where it is too much, and what went wrong is told then as well', async () => {
    const { it: observes, told } = observer('apply', { canPublish: true });
    see(observes, started, 1_002);
    observes.see(failed);
    observes.see(diagnostic);
    await observes.close();

    expect(told().slice(999)).toEqual([
      'resource_started',
      'observations_cut',
      'resource_failed',
      'diagnostic',
    ]);
  });

  it('are the counts also after that', async () => {
    const { it: observes, taken } = observer('apply', { canPublish: true });
    see(observes, started, 1_002);
    await observes.close();
    observes.see(started);
    await observes.close();

    expect(taken.at(-1)).toMatchObject({ observations: [], resources: { started: 1_003 } });
  });

  it('is left out where the broker takes nothing, and the result does not wait for it', async () => {
    const { it: observes, taken } = observer('plan', { canPublish: false });
    see(observes, planned, 500);
    await observes.close();

    expect(taken).toEqual([]);
  });

  it('is waited for a while only, where the broker does not confirm it', async () => {
    jest.useFakeTimers();
    const { it: observes, taken } = observer('plan', { canPublish: true, confirms: false });
    observes.see(planned);
    const closed = observes.close();
    await jest.runAllTimersAsync();
    await closed;

    expect(taken).toHaveLength(1);
  });
});
