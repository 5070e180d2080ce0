import type { Place } from '@berth/domain';
import { ORGANIZATION } from '@berth/domain';
import {
  Database,
  readAgents,
  readOpenDeadLetters,
  readSlots,
  readTasks,
  type TaskWithReservation,
} from '@berth/persistence';
import type { StreamEvent } from '@berth/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { agentJson, slotJson } from '../agents/agent-json.js';
import { deadLetterJson } from '../dead-letters/dead-letter-json.js';
import { TaskReading } from '../tasks/task-reading.service.js';

/** What kinds of things streams tell of, as the changes call them. */
export type DocumentKind = 'task' | 'slot' | 'agent' | 'dead_letter';

/** A thing as all streams tell it that may. */
export interface ChangedDocument {
  /** Null: shown to those who run the platform. */
  readonly organizationId: string | null;
  readonly place: Place;
  readonly type: StreamEvent['type'];
  /** The event's data. */
  readonly json: string;
}

/** By what the changes call them. */
export type Documents = ReadonlyMap<string, ChangedDocument>;

function document(
  organizationId: string | null,
  event: StreamEvent,
  place: Place = ORGANIZATION,
): ChangedDocument {
  return { organizationId, place, type: event.type, json: JSON.stringify(event) };
}

/** Reads things as documents, many at a time; what is gone is not among them. */
@Injectable()
export class DocumentReaders {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TaskReading) private readonly reading: TaskReading,
  ) {}

  async read(kind: DocumentKind, refs: readonly string[]): Promise<Documents> {
    switch (kind) {
      case 'task':
        return this.tasks(refs);
      case 'slot': {
        const slots = await readSlots(this.database, refs);
        return new Map(
          slots.map((slot) => [
            `${slot.agentId}/${slot.slotId}`,
            document(slot.organizationId, { type: 'slot', slot: slotJson(slot) }),
          ]),
        );
      }
      case 'agent': {
        const agents = await readAgents(this.database, refs);
        return new Map(
          agents.map((agent) => [
            agent.id,
            document(agent.organizationId, { type: 'agent', agent: agentJson(agent) }),
          ]),
        );
      }
      case 'dead_letter': {
        const letters = await readOpenDeadLetters(this.database, refs);
        return new Map(
          letters.map((letter) => [
            letter.id,
            document(letter.organizationId, { type: 'dead_letter', deadLetter: deadLetterJson(letter) }),
          ]),
        );
      }
    }
  }

  private async tasks(refs: readonly string[]): Promise<Documents> {
    const tasks = await readTasks(this.database, refs);
    const jsonOf = await this.reading.jsonOf(tasks);
    return new Map(
      tasks.map((task) => [
        task.id,
        document(task.organizationId, { type: 'task', task: jsonOf(task) }, placeOf(task)),
      ]),
    );
  }
}

function placeOf({ workspaceId, projectId }: TaskWithReservation): Place {
  return workspaceId === null || projectId === null
    ? ORGANIZATION
    : { kind: 'workspace', workspaceId, projectId };
}
