import { PutVariable, Variable, VariableKey } from '@berth/contracts';
import { forbiddenVariable } from '@berth/domain';
import { Database, VariableRow } from '@berth/persistence';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { SecretBox } from '../secrets/secret-box.js';
import { WorkspacesService } from './workspaces.service.js';

export const VARIABLE_SEAL = 'variable';

@Controller('api/v1/workspaces/:workspace/variables')
export class VariablesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {}

  @Get()
  @Describe({
    summary: 'List variables; sensitive values are never shown',
    answer: z.object({ items: z.array(Variable) }),
  })
  async list(@CallerParam() caller: UserCaller, @Param('workspace') idOrName: string) {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    const rows = await this.database
      .repository(VariableRow)
      .find({ where: { workspaceId: workspace.id }, order: { category: 'ASC', key: 'ASC' } });
    return { items: rows.map((row) => this.json(row)), nextCursor: null };
  }

  @Put(':key')
  @Describe({ summary: 'Set a variable', body: PutVariable, answer: Variable })
  async put(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Param('key', new ZodPipe(VariableKey)) key: string,
    @Body(new ZodPipe(PutVariable)) body: PutVariable,
  ): Promise<Variable> {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    const reason = body.category === 'env' ? forbiddenVariable(key) : null;
    if (reason !== null) {
      const message = `${key} cannot be set: ${reason}`;
      throw new ProblemError(422, 'FORBIDDEN_VARIABLE', message, { fields: [{ field: 'key', message }] });
    }
    if (body.category === 'env' && body.hcl === true) {
      throw new ProblemError(400, 'INVALID_REQUEST', 'hcl: only a terraform variable can hold HCL');
    }
    const row = Object.assign(new VariableRow(), {
      workspaceId: workspace.id,
      organizationId: caller.organizationId,
      key,
      category: body.category,
      sensitive: body.sensitive ?? false,
      hcl: body.hcl ?? false,
      sealedValue: this.box.seal(VARIABLE_SEAL, Buffer.from(body.value)),
      updatedAt: new Date(),
    });
    await this.database.repository(VariableRow).upsert(row, ['workspaceId', 'key', 'category']);
    return this.json(row);
  }

  /** Removes the key in both categories: the path names only the key. */
  @Delete(':key')
  @HttpCode(204)
  @Describe({ summary: 'Remove a variable', status: 204 })
  async delete(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Param('key') key: string,
  ): Promise<void> {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    const result = await this.database.repository(VariableRow).delete({ workspaceId: workspace.id, key });
    if (result.affected === 0) {
      throw notFound('variable', key);
    }
  }

  private json(row: VariableRow): Variable {
    return {
      key: row.key,
      value: row.sensitive ? null : this.box.open(VARIABLE_SEAL, row.sealedValue).toString('utf8'),
      category: row.category,
      sensitive: row.sensitive,
      hcl: row.hcl,
      updatedAt: row.updatedAt.toISOString(),
    };
  }
}
