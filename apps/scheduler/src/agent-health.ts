import type { Failure } from '@berth/domain';
import { LOGGER, type Logger } from '@berth/observability';
import { Database, noteAgentFailure, noteAgentSuccesses } from '@berth/persistence';
import { Batches } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';

/** What went well is no news of most agents. */
const GATHER_MS = 50;
const MOST_SUCCESSES = 500;

/** Notes how agents do: one that fails task after task for reasons of its own is given less of them. */
@Injectable()
export class AgentHealthNotes {
  private readonly successes: Batches<string, boolean>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.successes = new Batches({
      most: MOST_SUCCESSES,
      gatherMs: GATHER_MS,
      work: async (agentIds) => {
        const recovered = new Set(await noteAgentSuccesses(database, agentIds));
        // Told once of each.
        return agentIds.map((agentId) => recovered.delete(agentId));
      },
    });
  }

  async failed(agentId: string, failure: Failure): Promise<void> {
    await this.noted(agentId, async () => {
      const health = await noteAgentFailure(this.database, agentId, failure);
      if (health !== null) {
        this.logger.error(
          { agentId, code: failure.code, failures: health.failuresInRow },
          `agent ${agentId} is unwell until ${String(health.unwellUntil?.toISOString())}: ${String(health.unwellReason)}`,
        );
      }
    });
  }

  async succeeded(agentId: string): Promise<void> {
    await this.noted(agentId, async () => {
      if (await this.successes.add(agentId)) {
        this.logger.info({ agentId }, `agent ${agentId} is well: a task has gone well there`);
      }
    });
  }

  /** What became of the task is committed already: this is worth no second delivery of the message. */
  private async noted(agentId: string, note: () => Promise<void>): Promise<void> {
    try {
      await note();
    } catch (error) {
      this.logger.warn({ agentId }, `how agent ${agentId} does was not noted: ${String(error)}`);
    }
  }
}
