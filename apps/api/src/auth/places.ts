import type { Place } from '@berth/domain';
import { ORGANIZATION } from '@berth/domain';
import { readProject, readTaskPlace, readWorkspacePlace, type Sql, type TaskPlace } from '@berth/persistence';
import type { Request } from 'express';
import { isUuid } from '../paging.js';
import { notFound } from '../problems/problem-error.js';
import { workspaceGone } from '../problems/workspace-gone.js';

/** Where an operation is done, with the name that its caller has for it. */
export interface NamedPlace {
  readonly place: Place;
  /** For messages: `workspace "x"`. */
  readonly called: string;
  /** What whoever may not see it is told, who is told the same where it is not there. */
  readonly absent: Error;
  readonly object: { readonly type: string; readonly id: string; readonly name: string | null } | null;
  /** Of a task: what it is. */
  readonly task: TaskPlace | null;
}

/** The place that an organization is as a whole. */
export const WHOLE: NamedPlace = {
  place: ORGANIZATION,
  called: 'the organization',
  absent: notFound('organization', ''),
  object: null,
  task: null,
};

/** The template that the request has matched, such as `/api/v1/tasks/:id`. */
export function routeOf(request: Request): string {
  return (request.route as { path?: string } | undefined)?.path ?? request.path;
}

/**
 * The place of an operation, by its route: a workspace's or a project's for all below it, that of its workspace for a
 * task's, and the organization for everything else.
 * @throws ProblemError 404 (410 for terraform's http backend) where there is none
 */
export async function placeOfRoute(
  sql: Sql,
  organizationId: string,
  route: string,
  params: Readonly<Record<string, unknown>>,
): Promise<NamedPlace> {
  const [, resource, parameter] = /^\/api\/v1\/(workspaces|tasks|projects)\/:(\w+)/.exec(route) ?? [];
  if (parameter === undefined) {
    return WHOLE;
  }
  const named = String(params[parameter]);
  switch (resource as 'workspaces' | 'projects' | 'tasks' | undefined) {
    case 'workspaces':
      return placeOfWorkspace(sql, organizationId, named, route.includes('/terraform-state'));
    case 'projects':
      return placeOfProject(sql, organizationId, named);
    case 'tasks':
    case undefined:
      return placeOfTask(sql, organizationId, named);
  }
}

async function placeOfProject(sql: Sql, organizationId: string, named: string): Promise<NamedPlace> {
  const absent = notFound('project', named);
  const project = await readProject(sql, organizationId, named);
  if (project === null) {
    throw absent;
  }
  return projectPlace(project, absent);
}

async function placeOfWorkspace(
  sql: Sql,
  organizationId: string,
  named: string,
  forTerraform: boolean,
): Promise<NamedPlace> {
  const absent = forTerraform ? workspaceGone(named) : notFound('workspace', named);
  const found = await readWorkspacePlace(sql, organizationId, named);
  if (found === null) {
    throw absent;
  }
  return workspacePlace({ ...found, id: found.workspaceId }, absent);
}

/** The place that a workspace is. */
export function workspacePlace(
  { id, projectId, name }: { readonly id: string; readonly projectId: string; readonly name: string },
  absent: Error = notFound('workspace', name),
): NamedPlace {
  return {
    place: { kind: 'workspace', workspaceId: id, projectId },
    called: `workspace "${name}"`,
    absent,
    object: { type: 'workspace', id, name },
    task: null,
  };
}

/** The place that a project is. */
export function projectPlace(
  { id, name }: { readonly id: string; readonly name: string },
  absent: Error = notFound('project', name),
): NamedPlace {
  return {
    place: { kind: 'project', projectId: id },
    called: `project "${name}"`,
    absent,
    object: { type: 'project', id, name },
    task: null,
  };
}

async function placeOfTask(sql: Sql, organizationId: string, id: string): Promise<NamedPlace> {
  const absent = notFound('task', id);
  const task = isUuid(id) ? await readTaskPlace(sql, organizationId, id) : null;
  if (task === null) {
    throw absent;
  }
  const { workspaceId, projectId, name } = task;
  const object = { type: 'task', id, name: null };
  return workspaceId === null || projectId === null
    ? { place: ORGANIZATION, called: 'the organization', absent, object, task }
    : {
        place: { kind: 'workspace', workspaceId, projectId },
        called: `workspace "${String(name)}"`,
        absent,
        object,
        task,
      };
}
