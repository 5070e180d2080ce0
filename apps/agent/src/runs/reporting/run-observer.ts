import type { RunObservation } from '@berth/contracts';
import { atMost, type Publisher } from '@berth/messaging';
import type { Identity } from '../../identity.js';
import type { SlotRun } from '../../slots/slot-run.js';
import { observationOf } from '../../terraform/observation.js';
import { maskedEvent, type TerraformEvent } from '../../terraform/terraform-events.js';

/** Soon enough to watch, and one message for a burst. */
const FLUSH_MS = 400;
const BATCH = 200;
/** A timeline is read by people; the log has all of a run over thousands of resources. */
const MAX_OBSERVATIONS = 1_000;
/** What went wrong is told also where the rest was too much. */
const FAULTS: readonly RunObservation['event'][] = ['resource_failed', 'diagnostic'];
/** The run's result waits for the timeline, and the broker may take none of it for hours. */
const CLOSE_MS = 5_000;

/** Tells of single resources while terraform works on them. What the broker does not take is missing in the timeline only. */
export class RunObserver {
  private readonly counts = { planned: 0, started: 0, completed: 0, failed: 0 };
  private waiting: RunObservation[] = [];
  private readonly told = { faults: 0, others: 0 };
  private timer: NodeJS.Timeout | undefined;
  private publishing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly run: SlotRun,
    private readonly identity: Identity,
    private readonly publisher: Publisher,
  ) {}

  get resources() {
    return { ...this.counts };
  }

  see(event: TerraformEvent): void {
    const observation = observationOf(maskedEvent(event, this.run.mask), new Date());
    if (observation === null) {
      return;
    }
    this.count(observation.event);
    this.tell(observation);
    this.timer ??= setTimeout(() => {
      this.flush();
    }, FLUSH_MS);
  }

  /** It was told by an earlier process of the agent: it only counts. */
  recall(event: TerraformEvent): void {
    const observation = observationOf(event, new Date());
    if (observation !== null) {
      this.count(observation.event);
    }
  }

  /** All that was seen is with the broker, or given up. */
  async close(): Promise<void> {
    if (this.timer !== undefined) {
      this.flush();
    }
    await atMost(CLOSE_MS, this.publishing);
  }

  private tell(observation: RunObservation): void {
    const { at, event } = observation;
    if (event === 'resource_planned' && this.run.phase === 'apply') {
      // Terraform repeats the whole plan before it begins; the plan has told it.
      return;
    }
    const kind = FAULTS.includes(event) ? 'faults' : 'others';
    this.told[kind] += 1;
    if (this.told[kind] <= MAX_OBSERVATIONS) {
      this.waiting.push(observation);
    } else if (this.told[kind] === MAX_OBSERVATIONS + 1) {
      const message = `more than ${MAX_OBSERVATIONS} of these: the rest is in the log`;
      this.waiting.push({ at, event: 'observations_cut', message, data: {} });
    }
  }

  /** The counts go also where there is nothing else to tell. */
  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { waiting } = this;
    this.waiting = [];
    for (let at = 0; at === 0 || at < waiting.length; at += BATCH) {
      this.publish(waiting.slice(at, at + BATCH));
    }
  }

  private publish(observations: RunObservation[]): void {
    const { taskId, attempt, phase } = this.run;
    const { agentId, podName } = this.identity;
    const { resources } = this;
    const message = { taskId, attempt, agentId, podName, phase, observations, resources };
    this.publishing = this.publishing.then(async () => {
      // Where the broker takes nothing, each message would be waited for until nobody may expect its confirm.
      if (this.publisher.canPublish) {
        await this.publisher.publish('task.observed', message);
      }
    });
  }

  private count(event: RunObservation['event']): void {
    switch (event) {
      case 'resource_planned':
        this.counts.planned += 1;
        break;
      case 'resource_started':
        this.counts.started += 1;
        break;
      case 'resource_completed':
        this.counts.completed += 1;
        break;
      case 'resource_failed':
        this.counts.failed += 1;
        break;
      case 'resource_drifted':
      case 'resource_progressed':
      case 'diagnostic':
      case 'observations_cut':
        break;
    }
  }
}
