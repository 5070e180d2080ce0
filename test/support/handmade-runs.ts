import type { PlanContent, Task } from '@berth/contracts';
import type { Failure } from '@berth/domain';
import { type Assignment, type Database } from '@berth/persistence';
import { BrokerConnection, ChangeAnnouncer } from '@berth/messaging';
import { appendLog, describePlan, finishPlan, reportFailure, storePlanFile } from './its-agent.js';
import type { ApiCaller } from './api-caller.js';
import { Fleet, RETRY } from './fleet.js';
import { accept, claim } from './planned-task.js';
import { quietly } from './quiet.js';
import { System } from './system.js';

/** As much as agents send at once. */
const PIECE_BYTES = 256 * 1024;
const PLAN_HASH = 'c0ffee'.padEnd(64, '0');
/** Nothing is heard of an agent that is a row and no process. */
const NEVER_MS = '3600000';

/** A system without schedulers and agents, whose part the test plays. */
export async function systemByHand(apiEnv: Readonly<Record<string, string>> = {}): Promise<System> {
  return System.start({
    agents: 0,
    schedulers: 0,
    apiEnv,
    registryEnv: {
      BERTH_AGENT_SUSPECT_AFTER_MS: '600000',
      BERTH_AGENT_LOST_AFTER_MS: NEVER_MS,
      BERTH_MASS_LOST_AFTER_MS: NEVER_MS,
    },
  });
}

/** A run that is planning, and of which the test says how it goes on, as its agent would. */
export class HandmadeRun {
  constructor(
    private readonly database: Database,
    readonly task: Task,
    private readonly assignment: Assignment,
  ) {}

  /** The address of its page. */
  get path(): string {
    return `/app/default/${this.task.workspace?.name ?? ''}/runs/${this.task.id}`;
  }

  async log(text: string | Buffer): Promise<void> {
    const bytes = Buffer.from(text);
    for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
      await appendLog(this.database, {
        ...this.own,
        phase: 'plan',
        offset: 'end',
        content: bytes.subarray(from, from + PIECE_BYTES),
        maxBytes: 1e9,
      });
    }
  }

  /** The plan is made, and waits for a person. */
  async plan(content: PlanContent): Promise<void> {
    const { database, own } = this;
    const sealedFile = Buffer.from('nobody applies it');
    await storePlanFile(database, { ...own, hash: PLAN_HASH, sizeBytes: 1, sealedFile });
    await describePlan(database, {
      ...own,
      document: content,
      digests: null,
      lockFile: null,
      lockWithoutHashes: false,
      modulesDigest: null,
      notRestorable: null,
    });
    await finishPlan(database, {
      ...own,
      planHash: PLAN_HASH,
      hasChanges: true,
      changes: content.summary,
      record: {},
      reservationSeconds: 3_600,
      actor: this.actor,
    });
  }

  async fail(failure: Partial<Failure> = {}): Promise<void> {
    await reportFailure(
      this.database,
      {
        ...this.own,
        failure: {
          code: 'TERRAFORM_FAILED',
          class: 'permanent',
          message: 'terraform plan ended with 1',
          ...failure,
        },
        interrupted: false,
        stopped: false,
        record: {},
        actor: this.actor,
      },
      RETRY,
    );
  }

  private get own(): { readonly taskId: string; readonly attempt: number } {
    const { taskId, attempt } = this.assignment;
    return { taskId, attempt };
  }

  private get actor(): string {
    return `agent:${this.assignment.agentId}`;
  }
}

/** Where there is an api, and nobody else who takes runs. */
export interface RunPlace {
  readonly api: ApiCaller;
  readonly database: Database;
  readonly amqpUrl: string;
}

/** Makes runs that the test plays the agent of, each in a workspace of its own. */
export class HandmadeRuns {
  private constructor(
    private readonly place: RunPlace,
    private readonly broker: BrokerConnection,
  ) {}

  static async in(system: System, agentId?: string): Promise<HandmadeRuns> {
    const { api, database, broker } = system;
    return HandmadeRuns.at({ api, database: database.database, amqpUrl: broker.url }, agentId);
  }

  static async at(place: RunPlace, agentId = 'by-hand'): Promise<HandmadeRuns> {
    const { database, amqpUrl } = place;
    await (await Fleet.in(database)).agent(agentId, 40);
    const { logger, metrics } = quietly();
    const broker = new BrokerConnection({
      url: amqpUrl,
      name: 'test',
      waitMs: 10_000,
      logger,
    });
    // Pages are told at once, as of what a service writes.
    const announcer = new ChangeAnnouncer(broker, logger, metrics);
    await broker.open();
    database.changes.listen((changes) => {
      announcer.tell(changes);
    });
    return new HandmadeRuns(place, broker);
  }

  async close(): Promise<void> {
    await this.broker.close();
  }

  /** A run that has just begun to plan. */
  async begin(
    workspaceName: string,
    { message = workspaceName }: { readonly message?: string } = {},
  ): Promise<HandmadeRun> {
    const { api, database } = this.place;
    const workspace = await api.workspace(workspaceName, { 'main.tf': '' });
    const { id } = await api.task(workspace.id, 'plan_and_apply', { message });
    const assignment = (await claim(database)).find(({ taskId }) => taskId === id);
    if (assignment === undefined) {
      throw new Error(`the run of ${workspaceName} was not claimed`);
    }
    await accept(database, assignment);
    return new HandmadeRun(database, await api.read(id), assignment);
  }
}
