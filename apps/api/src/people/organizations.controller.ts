import { randomUUID } from 'node:crypto';
import { CreateOrganization, Organization, UpdateOrganization, Whoami } from '@berth/contracts';
import type { Role } from '@berth/domain';
import {
  createOrganization,
  Database,
  deleteOrganization,
  readOrganization,
  renameOrganization,
  tell,
} from '@berth/persistence';
import { Body, Controller, Delete, Get, HttpCode, Inject, Patch, Post } from '@nestjs/common';
import { CallerParam, NewIdParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { invalidField, notFound, ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { DeletedWorkspacesLoop } from '../retention/deleted-workspaces.loop.js';
import { takeName } from '../take-name.js';
import { organizationJson } from './people-json.js';

/** The tenants: the one that the caller acts in, and new ones. */
@Controller('api/v1')
export class OrganizationsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DeletedWorkspacesLoop) private readonly deletedWorkspaces: DeletedWorkspacesLoop,
  ) {}

  @Post('organizations')
  @Describe({
    id: 'createOrganization',
    permission: 'organizations:create',
    place: 'installation',
    summary: 'Create an organization, with its first owner, a pool and a project "default"',
    body: CreateOrganization,
    status: 201,
    answer: Organization,
    idempotent: true,
  })
  async create(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(CreateOrganization)) body: CreateOrganization,
    @NewIdParam() newId: string = randomUUID(),
  ): Promise<Organization> {
    const { userId } = caller.principal;
    const { name, ownerEmail: email } = body;
    if (email === undefined && userId === null) {
      throw invalidField('ownerEmail', 'must name its first owner, since a service key cannot be one');
    }
    const owner = email === undefined ? { userId: String(userId) } : { email };
    await takeName('organization', name, async () =>
      createOrganization(this.database, { id: newId, name, owner }),
    );
    return this.organization(newId);
  }

  @Get('organization')
  @Describe({
    id: 'readOrganization',
    permission: 'organizations:read',
    summary: 'Read the organization that the caller acts in',
    answer: Organization,
  })
  async read(@CallerParam() caller: UserCaller): Promise<Organization> {
    return this.organization(caller.organizationId);
  }

  @Patch('organization')
  @Describe({
    id: 'updateOrganization',
    permission: 'organizations:write',
    summary: 'Change the organization that the caller acts in',
    body: UpdateOrganization,
    answer: Organization,
  })
  async update(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(UpdateOrganization)) body: UpdateOrganization,
  ): Promise<Organization> {
    const before = await this.organization(caller.organizationId);
    this.expectNotFirst(before, 'renamed');
    tell({ objectId: before.id, objectName: before.name, before });
    await takeName('organization', body.name, async () =>
      renameOrganization(this.database, before.id, body.name),
    );
    return this.organization(before.id);
  }

  @Delete('organization')
  @HttpCode(204)
  @Describe({
    id: 'deleteOrganization',
    permission: 'organizations:write',
    summary:
      'Delete the organization that the caller acts in, once it holds no workspace, task or agent any more',
    status: 204,
  })
  async delete(@CallerParam() caller: UserCaller): Promise<void> {
    const before = await this.organization(caller.organizationId);
    this.expectNotFirst(before, 'deleted');
    tell({ objectId: before.id, objectName: before.name, before });
    await this.deletedWorkspaces.settled(before.id);
    const deletion = await deleteOrganization(this.database, before.id);
    if (!deletion.deleted) {
      const { workspaces, agents, tasks } = deletion;
      throw new ProblemError(
        409,
        'ORGANIZATION_NOT_EMPTY',
        `organization "${before.name}" still has ${workspaces} workspaces, ${tasks} tasks and ${agents} agents: delete the workspaces and stop the agents first`,
      );
    }
  }

  @Get('whoami')
  @Describe({
    id: 'readWhoami',
    permission: 'organizations:read',
    summary: 'Who the caller is, and what they are where',
    answer: Whoami,
  })
  async whoami(@CallerParam() caller: UserCaller): Promise<Whoami> {
    const { access, actor, organizationId } = caller;
    const { id, name } = await this.organization(organizationId);
    return {
      actor,
      organization: { id, name },
      role: access.organization,
      projects: Object.fromEntries(access.projects) as Record<string, Role>,
      workspaces: Object.fromEntries(access.workspaces) as Record<string, Role>,
    };
  }

  private async organization(id: string): Promise<Organization> {
    const organization = await readOrganization(this.database, id);
    if (organization === null) {
      throw notFound('organization', id);
    }
    return organizationJson(organization);
  }

  /** The key and the token of the environment open it by its name. */
  private expectNotFirst({ name }: Organization, what: string): void {
    if (name === 'default') {
      throw new ProblemError(
        409,
        'FIRST_ORGANIZATION',
        `the organization "default" is the installation's own and cannot be ${what}`,
      );
    }
  }
}
