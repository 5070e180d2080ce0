import { randomUUID } from 'node:crypto';
import type { CreateVariableSet, Page, PageQuery, UpdateVariableSet, VariableSet } from '@berth/contracts';
import {
  assignVariableSet,
  changeVariableSet,
  createVariableSet,
  Database,
  deleteVariableSet,
  detachVariableSet,
  listVariableSets,
  tell,
  readVariableSet,
  type VariableSetRow,
  type WorkspaceRow,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { idOrName, listPart, pageOfRows } from '../paging.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { takeName } from '../take-name.js';

/** Variable sets, and which workspaces they are assigned to. */
@Injectable()
export class VariableSetsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** @throws ProblemError 404 */
  async find(organizationId: string, named: string): Promise<VariableSetRow> {
    const set = await readVariableSet(this.database, organizationId, idOrName(named));
    if (set === null) {
      throw notFound('variable set', named);
    }
    return set;
  }

  async list(organizationId: string, query: PageQuery): Promise<Page<VariableSet>> {
    const sets = await listVariableSets(this.database, organizationId, listPart(query));
    return pageOfRows(sets, query.limit, variableSetJson);
  }

  /** Under the same id it is created once, however often the request comes. @throws ProblemError */
  async create(
    organizationId: string,
    request: CreateVariableSet,
    id: string = randomUUID(),
  ): Promise<VariableSet> {
    const { name, description = '', global = false } = request;
    await takeName('variable set', name, async () =>
      createVariableSet(this.database, { id, organizationId, name, description, global }),
    );
    return variableSetJson(await this.find(organizationId, id));
  }

  async update(organizationId: string, named: string, request: UpdateVariableSet): Promise<VariableSet> {
    const set = await this.find(organizationId, named);
    const { name = null, description = null, global = null } = request;
    tell({ objectId: set.id, objectName: set.name, before: variableSetJson(set) });
    const save = async (): Promise<void> =>
      changeVariableSet(this.database, set.id, { name, description, global });
    await (name === null ? save() : takeName('variable set', name, save));
    return variableSetJson(await this.find(organizationId, set.id));
  }

  async delete(organizationId: string, named: string): Promise<void> {
    const set = await this.find(organizationId, named);
    tell({ objectId: set.id, objectName: set.name, before: variableSetJson(set) });
    await deleteVariableSet(this.database, set.id);
  }

  async assign(set: VariableSetRow, workspace: WorkspaceRow): Promise<void> {
    const { id: variableSetId, organizationId } = set;
    await assignVariableSet(this.database, { organizationId, variableSetId, workspaceId: workspace.id });
  }

  /** @throws ProblemError 404 */
  async detach(set: VariableSetRow, workspace: WorkspaceRow): Promise<void> {
    const assignment = { variableSetId: set.id, workspaceId: workspace.id };
    if (!(await detachVariableSet(this.database, assignment))) {
      throw new ProblemError(
        404,
        'NOT_FOUND',
        `variable set "${set.name}" is not assigned to workspace "${workspace.name}"`,
      );
    }
  }
}

export function variableSetJson(row: VariableSetRow): VariableSet {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    global: row.global,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
