import type { EffectiveVariable, PutVariable, TaskVariable, Variable } from '@berth/contracts';
import { forbiddenVariable, reservedVariable } from '@berth/domain';
import {
  Database,
  deleteVariable,
  listVariables,
  putVariable,
  readRunVariables,
  readVariablesOfTask,
  tell,
  type Sql,
  type StoredVariable,
  type VariableOwner,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { SecretBox } from '../secrets/secret-box.js';
import { VARIABLE_SEAL } from '../secrets/seals.js';

/** A value of 262,144 characters, each of them escaped. */
export const VARIABLE_LIMITS = { maxMb: 2 };

/** Variables of workspaces and of sets, under the same rules; every value is sealed. */
@Injectable()
export class VariablesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {}

  async list(owner: VariableOwner): Promise<Variable[]> {
    const variables = await listVariables(this.database, owner);
    return variables.map((variable) => this.json(variable));
  }

  /** @throws ProblemError */
  async put(owner: VariableOwner, key: string, request: PutVariable): Promise<Variable> {
    const { value, category, sensitive = false, hcl = false } = request;
    const reason = category === 'env' ? forbiddenVariable(key) : null;
    if (reason !== null) {
      const message = `${key} cannot be set: ${reason}`;
      throw new ProblemError(422, 'FORBIDDEN_VARIABLE', message, { fields: [{ field: 'key', message }] });
    }
    const reserved = category === 'terraform' ? reservedVariable(key) : null;
    if (reserved !== null) {
      const message = `${key} cannot be set: ${reserved}`;
      throw new ProblemError(400, 'RESERVED_VARIABLE', message, { fields: [{ field: 'key', message }] });
    }
    if (category === 'env' && hcl) {
      throw new ProblemError(400, 'INVALID_REQUEST', 'hcl: only a terraform variable can hold HCL');
    }
    await this.tellBefore(owner, key, category);
    const sealedValue = this.box.seal(VARIABLE_SEAL, Buffer.from(value));
    const variable = { key, category, sensitive, hcl, sealedValue, updatedAt: new Date() };
    await putVariable(this.database, owner, variable);
    return this.json(variable);
  }

  /** Removes the key in both categories: the path names only the key. @throws ProblemError 404 */
  async delete(owner: VariableOwner, key: string): Promise<void> {
    await this.tellBefore(owner, key);
    if (!(await deleteVariable(this.database, owner, key))) {
      throw notFound('variable', key);
    }
  }

  private async tellBefore(owner: VariableOwner, key: string, category?: string): Promise<void> {
    const before = (await this.list(owner)).filter(
      (variable) => variable.key === key && (category === undefined || variable.category === category),
    );
    tell({ objectName: key, before: category === undefined ? before : (before[0] ?? null) });
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

  /** Those that a run of the workspace gets now, with every value. */
  async ofRun(workspaceId: string): Promise<TaskVariable[]> {
    return this.withValues(await readRunVariables(this.database, workspaceId));
  }

  /** The same for the agent that runs the task. */
  async ofTask(taskId: string, sql: Sql): Promise<TaskVariable[]> {
    return this.withValues(await readVariablesOfTask(sql, taskId));
  }

  private withValues(variables: readonly StoredVariable[]): TaskVariable[] {
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
    return this.box.open(VARIABLE_SEAL, row.sealedValue).toString('utf8');
  }
}
