import { randomUUID } from 'node:crypto';
import { CreateTeam, PageQuery, pageOf, Team, TeamMember, UpdateTeam } from '@berth/contracts';
import {
  addTeamMember,
  changeTeam,
  createTeam,
  Database,
  deleteTeam,
  listTeamMembers,
  listTeams,
  readMember,
  readTeam,
  removeTeamMember,
  tell,
  type Team as TeamRow,
} from '@berth/persistence';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { CallerParam, NewIdParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { keyedListPart, pageByKey } from '../paging.js';
import { notFound } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { takeName } from '../take-name.js';
import { teamJson } from './people-json.js';

/** Named members, who are granted roles together. */
@Controller('api/v1/teams')
export class TeamsController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get()
  @Describe({
    id: 'listTeams',
    permission: 'teams:read',
    summary: 'List teams, by name',
    query: PageQuery,
    answer: pageOf(Team),
  })
  async list(@CallerParam() caller: UserCaller, @Query(new ZodPipe(PageQuery)) query: PageQuery) {
    const teams = await listTeams(this.database, caller.organizationId, keyedListPart(query));
    return pageByKey(teams, query.limit, ({ name }) => name, teamJson);
  }

  @Post()
  @Describe({
    id: 'createTeam',
    permission: 'teams:write',
    summary: 'Create a team',
    body: CreateTeam,
    status: 201,
    answer: Team,
    idempotent: true,
  })
  async create(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(CreateTeam)) body: CreateTeam,
    @NewIdParam() newId: string = randomUUID(),
  ): Promise<Team> {
    const { organizationId } = caller;
    const team = { id: newId, organizationId, name: body.name, signInGroup: body.signInGroup ?? null };
    await takeName('team', body.name, async () => createTeam(this.database, team));
    return teamJson(await this.find(organizationId, newId));
  }

  @Get(':team')
  @Describe({ id: 'readTeam', permission: 'teams:read', summary: 'Read a team', answer: Team })
  async read(@CallerParam() caller: UserCaller, @Param('team') named: string): Promise<Team> {
    return teamJson(await this.find(caller.organizationId, named));
  }

  @Patch(':team')
  @Describe({
    id: 'updateTeam',
    permission: 'teams:write',
    summary: 'Change a team',
    body: UpdateTeam,
    answer: Team,
  })
  async update(
    @CallerParam() caller: UserCaller,
    @Param('team') named: string,
    @Body(new ZodPipe(UpdateTeam)) body: UpdateTeam,
  ): Promise<Team> {
    const before = await this.told(caller, named);
    const { name = before.name, signInGroup = before.signInGroup } = body;
    await takeName('team', name, async () => changeTeam(this.database, before.id, { name, signInGroup }));
    return teamJson(await this.find(caller.organizationId, before.id));
  }

  @Delete(':team')
  @HttpCode(204)
  @Describe({
    id: 'deleteTeam',
    permission: 'teams:write',
    summary: 'Delete a team with its grants; its members stay members',
    status: 204,
  })
  async delete(@CallerParam() caller: UserCaller, @Param('team') named: string): Promise<void> {
    const { id } = await this.told(caller, named);
    await deleteTeam(this.database, id);
  }

  @Get(':team/members')
  @Describe({
    id: 'listTeamMembers',
    permission: 'teams:read',
    summary: 'List who is in a team, by e-mail address',
    query: PageQuery,
    answer: pageOf(TeamMember),
  })
  async members(
    @CallerParam() caller: UserCaller,
    @Param('team') named: string,
    @Query(new ZodPipe(PageQuery)) query: PageQuery,
  ) {
    const { id } = await this.find(caller.organizationId, named);
    const members = await listTeamMembers(this.database, id, keyedListPart(query));
    return pageByKey(
      members,
      query.limit,
      ({ email }) => email.toLowerCase(),
      (member): TeamMember => ({ ...member }),
    );
  }

  @Put(':team/members/:user')
  @HttpCode(204)
  @Describe({
    id: 'addTeamMember',
    permission: 'teams:write',
    summary: 'Put a member into a team',
    status: 204,
  })
  async addMember(
    @CallerParam() caller: UserCaller,
    @Param('team') named: string,
    @Param('user') user: string,
  ): Promise<void> {
    const { organizationId } = caller;
    const { teamId, userId } = await this.membership(organizationId, named, user);
    await addTeamMember(this.database, { organizationId, teamId, userId });
  }

  @Delete(':team/members/:user')
  @HttpCode(204)
  @Describe({
    id: 'removeTeamMember',
    permission: 'teams:write',
    summary: 'Take a member out of a team; a group of the sign-in puts them in again',
    status: 204,
  })
  async removeMember(
    @CallerParam() caller: UserCaller,
    @Param('team') named: string,
    @Param('user') user: string,
  ): Promise<void> {
    const { teamId, userId } = await this.membership(caller.organizationId, named, user);
    if (!(await removeTeamMember(this.database, teamId, userId))) {
      throw notFound('member of the team', user);
    }
  }

  private async membership(organizationId: string, named: string, user: string) {
    const team = await this.find(organizationId, named);
    const member = await readMember(this.database, organizationId, user);
    if (member === null) {
      throw notFound('member', user);
    }
    tell({
      objectId: member.userId,
      objectName: member.email,
      after: { team: team.name, user: member.email },
    });
    return { teamId: team.id, userId: member.userId };
  }

  private async told(caller: UserCaller, named: string): Promise<TeamRow> {
    const team = await this.find(caller.organizationId, named);
    tell({ objectId: team.id, objectName: team.name, before: teamJson(team) });
    return team;
  }

  private async find(organizationId: string, named: string): Promise<TeamRow> {
    const team = await readTeam(this.database, organizationId, named);
    if (team === null) {
      throw notFound('team', named);
    }
    return team;
  }
}
