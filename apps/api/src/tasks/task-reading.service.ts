import type { Page, Task } from '@berth/contracts';
import { isFinal, isWorking, placesOf, type WaitingFacts } from '@berth/domain';
import {
  Database,
  listTasks,
  readProject,
  readWaitingFacts,
  type TaskFilter,
  type TaskWithReservation,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { expectMay } from '../auth/expect-may.js';
import type { UserCaller } from '../auth/caller.js';
import { projectPlace, workspacePlace } from '../auth/places.js';
import { listPart, pageOfRows } from '../paging.js';
import { notFound } from '../problems/problem-error.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { taskJson } from './task-json.js';
import type { TaskListQuery } from './task-list-query.js';

/** Tasks as documents, with the reason why each waits. */
@Injectable()
export class TaskReading {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
  ) {}

  /** Those that the caller may see. @throws ProblemError 404 where there is no such workspace or project */
  async list(caller: UserCaller, query: TaskListQuery): Promise<Page<Task>> {
    const { access, organizationId, principal } = caller;
    const part = listPart(query);
    const waitsFor =
      query.waitsForMe === undefined
        ? null
        : { principal: principal.id, within: placesOf(access, 'tasks:confirm') };
    const filter: TaskFilter = {
      organizationId,
      statuses: query.status ?? null,
      operations: query.operation ?? null,
      workspaceId: await this.workspaceSeen(caller, query.workspaceId),
      projectId: await this.projectSeen(caller, query.project),
      kind: query.kind ?? null,
      search: query.search ?? null,
      within: placesOf(access, 'tasks:read'),
      waitsFor,
    };
    const tasks = await listTasks(this.database, filter, part);
    return pageOfRows(tasks, query.limit, await this.jsonOf(tasks));
  }

  /** One as a document. @param facts what it waits for, where that is known already */
  async documentOf(task: TaskWithReservation, facts?: WaitingFacts): Promise<Task> {
    return facts === undefined ? (await this.jsonOf([task]))(task) : taskJson(task, facts);
  }

  /** What makes a document of each of these, with one look at what they all wait for. */
  async jsonOf(tasks: readonly TaskWithReservation[]): Promise<(task: TaskWithReservation) => Task> {
    const waiting = tasks.filter(({ status }) => !isFinal(status) && !isWorking(status));
    const facts =
      waiting.length === 0
        ? null
        : await readWaitingFacts(
            this.database,
            waiting.map(({ id }) => id),
          );
    return (task) => taskJson(task, facts?.get(task.id));
  }

  private async workspaceSeen(caller: UserCaller, named: string | undefined): Promise<string | null> {
    if (named === undefined) {
      return null;
    }
    const workspace = await this.workspaces.find(caller.organizationId, named);
    expectMay(caller, 'tasks:read', workspacePlace(workspace, notFound('workspace', named)));
    return workspace.id;
  }

  /** Who has a place in it may name it, be that one workspace: they are given what they may see there. */
  private async projectSeen(caller: UserCaller, named: string | undefined): Promise<string | null> {
    if (named === undefined) {
      return null;
    }
    const absent = notFound('project', named);
    const project = await readProject(this.database, caller.organizationId, named);
    if (project === null) {
      throw absent;
    }
    if (caller.access.workspaces.size === 0) {
      expectMay(caller, 'tasks:read', projectPlace(project, absent));
    }
    return project.id;
  }
}
