import type { EffectiveVariable, PutVariable, TaskVariable, Variable } from '@berth/contracts';
import { forbiddenVariable } from '@berth/domain';
import { Database, readRunVariables, toEntity, type RawRow, type StoredVariable } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { SecretBox } from '../secrets/secret-box.js';

/** What has variables. */
export interface VariableOwner {
  readonly kind: keyof typeof KEPT;
  readonly id: string;
  readonly organizationId: string;
}

const KEPT = {
  workspace: { table: 'variables', owner: 'workspace_id' },
  variableSet: { table: 'variable_set_variables', owner: 'variable_set_id' },
} as const;
const SEAL = 'variable';

/** Variables of workspaces and of sets, under the same rules; every value is sealed. */
@Injectable()
export class VariablesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {}

  async list({ kind, id }: VariableOwner): Promise<Variable[]> {
    const { table, owner } = KEPT[kind];
    const rows = await this.database.rows<RawRow>(
      `select * from ${table} where ${owner} = $1 order by category, key`,
      [id],
    );
    return rows.map((row) => this.json(toEntity<StoredVariable>(row)));
  }

  /** @throws ProblemError */
  async put(
    { kind, id, organizationId }: VariableOwner,
    key: string,
    request: PutVariable,
  ): Promise<Variable> {
    const { value, category, sensitive = false, hcl = false } = request;
    const reason = category === 'env' ? forbiddenVariable(key) : null;
    if (reason !== null) {
      const message = `${key} cannot be set: ${reason}`;
      throw new ProblemError(422, 'FORBIDDEN_VARIABLE', message, { fields: [{ field: 'key', message }] });
    }
    if (category === 'env' && hcl) {
      throw new ProblemError(400, 'INVALID_REQUEST', 'hcl: only a terraform variable can hold HCL');
    }
    const { table, owner } = KEPT[kind];
    const sealedValue = this.box.seal(SEAL, Buffer.from(value));
    const updatedAt = new Date();
    await this.database.rows(
      `insert into ${table} (${owner}, organization_id, key, category, sensitive, hcl, sealed_value, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (${owner}, key, category) do update set sensitive = excluded.sensitive, hcl = excluded.hcl,
         sealed_value = excluded.sealed_value, updated_at = excluded.updated_at`,
      [id, organizationId, key, category, sensitive, hcl, sealedValue, updatedAt],
    );
    return this.json({ key, category, sensitive, hcl, sealedValue, updatedAt });
  }

  /** Removes the key in both categories: the path names only the key. @throws ProblemError 404 */
  async delete({ kind, id }: VariableOwner, key: string): Promise<void> {
    const { table, owner } = KEPT[kind];
    const deleted = await this.database.rows(
      `delete from ${table} where ${owner} = $1 and key = $2 returning key`,
      [id, key],
    );
    if (deleted.length === 0) {
      throw notFound('variable', key);
    }
  }

  /** What a run of the workspace would get, as a person may see it. */
  async effective(workspaceId: string): Promise<EffectiveVariable[]> {
    const variables = await readRunVariables(this.database, workspaceId);
    return variables.map(({ variableSet, ...row }) => ({
      ...this.json(row),
      from:
        variableSet === null ? 'workspace' : { variableSet: { id: variableSet.id, name: variableSet.name } },
    }));
  }

  /** The same for the agent that runs it: with every value. */
  async ofRun(workspaceId: string): Promise<TaskVariable[]> {
    const variables = await readRunVariables(this.database, workspaceId);
    return variables.map((row) => ({
      key: row.key,
      value: this.open(row),
      category: row.category,
      sensitive: row.sensitive,
      hcl: row.hcl,
    }));
  }

  private json(row: StoredVariable): Variable {
    return {
      key: row.key,
      value: row.sensitive ? null : this.open(row),
      category: row.category,
      sensitive: row.sensitive,
      hcl: row.hcl,
      updatedAt: row.updatedAt.toISOString(),
    };
  }

  private open(row: StoredVariable): string {
    return this.box.open(SEAL, row.sealedValue).toString('utf8');
  }
}
