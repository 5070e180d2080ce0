import { randomUUID } from 'node:crypto';
import type { CreateVariableSet, Page, PageQuery, UpdateVariableSet, VariableSet } from '@berth/contracts';
import { Database, toEntity, VariableSetRow, type RawRow, type WorkspaceRow } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { cursorOf, isUuid, pageOfRows } from '../paging.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { takeName } from '../take-name.js';

/** Variable sets, and which workspaces they are assigned to. */
@Injectable()
export class VariableSetsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** @throws ProblemError 404 */
  async find(organizationId: string, idOrName: string): Promise<VariableSetRow> {
    const set = await this.database
      .repository(VariableSetRow)
      .findOneBy({ organizationId, ...(isUuid(idOrName) ? { id: idOrName } : { name: idOrName }) });
    if (set === null) {
      throw notFound('variable set', idOrName);
    }
    return set;
  }

  async list(organizationId: string, query: PageQuery): Promise<Page<VariableSet>> {
    const cursor = cursorOf(query);
    const rows = await this.database.rows<RawRow>(
      `select * from variable_sets
       where organization_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
       order by created_at desc, id desc limit $4`,
      [organizationId, cursor?.createdAt ?? null, cursor?.id ?? null, query.limit + 1],
    );
    const sets = rows.map((row) => toEntity<VariableSetRow>(row));
    return pageOfRows(sets, query.limit, variableSetJson);
  }

  /** Under the same id it is created once, however often the request comes. @throws ProblemError */
  async create(
    organizationId: string,
    request: CreateVariableSet,
    id: string = randomUUID(),
  ): Promise<VariableSet> {
    await takeName('variable set', request.name, async () =>
      this.database.rows(
        `insert into variable_sets (id, organization_id, name, description, global) values ($1, $2, $3, $4, $5)
         on conflict (id) do nothing`,
        [id, organizationId, request.name, request.description ?? '', request.global ?? false],
      ),
    );
    return variableSetJson(await this.find(organizationId, id));
  }

  async update(organizationId: string, idOrName: string, request: UpdateVariableSet): Promise<VariableSet> {
    const set = await this.find(organizationId, idOrName);
    const { name, description, global } = request;
    const save = async (): Promise<unknown> =>
      this.database.rows(
        `update variable_sets set name = coalesce($2, name), description = coalesce($3, description),
           global = coalesce($4, global), updated_at = now()
         where id = $1`,
        [set.id, name ?? null, description ?? null, global ?? null],
      );
    await (name === undefined ? save() : takeName('variable set', name, save));
    return variableSetJson(await this.find(organizationId, set.id));
  }

  async delete(organizationId: string, idOrName: string): Promise<void> {
    const { id } = await this.find(organizationId, idOrName);
    await this.database.repository(VariableSetRow).delete(id);
  }

  async assign(set: VariableSetRow, workspace: WorkspaceRow): Promise<void> {
    await this.database.rows(
      `insert into variable_set_workspaces (variable_set_id, workspace_id, organization_id) values ($1, $2, $3)
       on conflict do nothing`,
      [set.id, workspace.id, set.organizationId],
    );
  }

  /** @throws ProblemError 404 */
  async detach(set: VariableSetRow, workspace: WorkspaceRow): Promise<void> {
    const detached = await this.database.rows(
      'delete from variable_set_workspaces where variable_set_id = $1 and workspace_id = $2 returning workspace_id',
      [set.id, workspace.id],
    );
    if (detached.length === 0) {
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
