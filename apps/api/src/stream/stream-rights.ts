import { Database } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { UserCaller } from '../auth/caller.js';
import { expectMay } from '../auth/expect-may.js';
import { placeOfRoute, WHOLE } from '../auth/places.js';
import { tasksOf, type Topic } from './topics.js';

/** Who may follow what: the same as by the plain reads. */
@Injectable()
export class StreamRights {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** @throws ProblemError 403, 404 */
  async expectMayFollow(caller: UserCaller, topics: readonly Topic[]): Promise<void> {
    for (const topic of topics) {
      if (topic.kind === 'list' && topic.list !== 'tasks') {
        expectMay(caller, topic.list === 'dead-letters' ? 'dead-letters:read' : 'agents:read', WHOLE);
      }
    }
    for (const id of tasksOf(topics)) {
      const route = '/api/v1/tasks/:id';
      expectMay(
        caller,
        'tasks:read',
        await placeOfRoute(this.database, caller.organizationId, route, { id }),
      );
    }
  }
}
