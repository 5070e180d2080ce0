import { randomUUID } from 'node:crypto';
import { CreateProject, PageQuery, pageOf, Project, UpdateProject } from '@berth/contracts';
import { placesOf } from '@berth/domain';
import {
  createProject,
  Database,
  deleteProject,
  listProjects,
  readProject,
  renameProject,
  tell,
  type Project as ProjectRow,
} from '@berth/persistence';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { CallerParam, NewIdParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { keyedListPart, pageByKey } from '../paging.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { takeName } from '../take-name.js';
import { projectJson } from './people-json.js';

/** Folders of workspaces. */
@Controller('api/v1/projects')
export class ProjectsController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get()
  @Describe({
    id: 'listProjects',
    permission: 'projects:read',
    place: 'listed',
    summary: 'List projects, by name',
    query: PageQuery,
    answer: pageOf(Project),
  })
  async list(@CallerParam() caller: UserCaller, @Query(new ZodPipe(PageQuery)) query: PageQuery) {
    const within = placesOf(caller.access, 'projects:read');
    const projects = await listProjects(this.database, caller.organizationId, within, keyedListPart(query));
    return pageByKey(projects, query.limit, ({ name }) => name, projectJson);
  }

  @Post()
  @Describe({
    id: 'createProject',
    permission: 'projects:write',
    summary: 'Create a project',
    body: CreateProject,
    status: 201,
    answer: Project,
    idempotent: true,
  })
  async create(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(CreateProject)) { name }: CreateProject,
    @NewIdParam() newId: string = randomUUID(),
  ): Promise<Project> {
    const { organizationId } = caller;
    await takeName('project', name, async () =>
      createProject(this.database, { id: newId, organizationId, name }),
    );
    return projectJson(await this.find(organizationId, newId));
  }

  @Get(':project')
  @Describe({ id: 'readProject', permission: 'projects:read', summary: 'Read a project', answer: Project })
  async read(@CallerParam() caller: UserCaller, @Param('project') named: string): Promise<Project> {
    return projectJson(await this.find(caller.organizationId, named));
  }

  @Patch(':project')
  @Describe({
    id: 'updateProject',
    permission: 'projects:write',
    summary: 'Rename a project',
    body: UpdateProject,
    answer: Project,
  })
  async update(
    @CallerParam() caller: UserCaller,
    @Param('project') named: string,
    @Body(new ZodPipe(UpdateProject)) { name }: UpdateProject,
  ): Promise<Project> {
    const project = await this.changeable(caller, named, 'renamed');
    await takeName('project', name, async () => renameProject(this.database, project.id, name));
    return projectJson(await this.find(caller.organizationId, project.id));
  }

  @Delete(':project')
  @HttpCode(204)
  @Describe({
    id: 'deleteProject',
    permission: 'projects:write',
    summary: 'Delete a project that has no workspace, with the grants on it',
    status: 204,
  })
  async delete(@CallerParam() caller: UserCaller, @Param('project') named: string): Promise<void> {
    const project = await this.changeable(caller, named, 'deleted');
    const workspaces = await deleteProject(this.database, project.id);
    if (workspaces > 0) {
      throw new ProblemError(
        409,
        'PROJECT_NOT_EMPTY',
        `project "${project.name}" has ${workspaces} workspaces: move them or delete them first`,
      );
    }
  }

  /** Whoever names no project means the one with this name. */
  private async changeable(caller: UserCaller, named: string, what: string): Promise<ProjectRow> {
    const project = await this.find(caller.organizationId, named);
    tell({ objectId: project.id, objectName: project.name, before: projectJson(project) });
    if (project.name === 'default') {
      throw new ProblemError(409, 'DEFAULT_PROJECT', `the project "default" cannot be ${what}`);
    }
    return project;
  }

  private async find(organizationId: string, named: string): Promise<ProjectRow> {
    const project = await readProject(this.database, organizationId, named);
    if (project === null) {
      throw notFound('project', named);
    }
    return project;
  }
}
