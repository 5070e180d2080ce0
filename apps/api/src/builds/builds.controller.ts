import {
  ActiveBuilds,
  ActiveBuildsQuery,
  Build,
  BuildListQuery,
  BuildLogs,
  BuildLogsQuery,
  BuildState,
  BuildStatistics,
  CancelledBuild,
  Platform,
  RetriedBuild,
  SubmittedBuild,
} from '@berth/contracts';
import { countBuilds, Database, type StoredObject } from '@berth/persistence';
import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CallerParam, OpenTo, type BuildCaller, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { invalidField } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { BuildFiles } from './build-files.service.js';
import { activeBuildJson, buildJson, buildStateJson, buildStatus } from './build-json.js';
import { BuildLogReader } from './build-log-reader.service.js';
import { BuildsService } from './builds.service.js';

/** The users' side of the build workers' protocol. */
@Controller('api/builds')
@OpenTo('user', 'build')
export class BuildsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BuildsService) private readonly builds: BuildsService,
    @Inject(BuildFiles) private readonly files: BuildFiles,
    @Inject(BuildLogReader) private readonly logReader: BuildLogReader,
  ) {}

  @Post('submit')
  @OpenTo('user')
  @Describe({
    id: 'submitBuild',
    permission: 'builds:submit',
    summary:
      'Submit a build: file source, field platform, and perhaps file certs with the fields of its passwords',
    bodyType: 'multipart/form-data',
    status: 201,
    answer: SubmittedBuild,
  })
  async submit(@CallerParam() caller: UserCaller, @Req() request: Request): Promise<SubmittedBuild> {
    const upload = await this.files.receiveSource(request, caller.organizationId);
    const source = upload.files.get('source');
    const platform = Platform.safeParse(upload.fields['platform']);
    if (source === undefined || !platform.success) {
      await this.files.discard([...upload.files.values()]);
      throw source === undefined
        ? invalidField('source', 'must be a file: a tar.gz or zip')
        : invalidField('platform', `must be one of ${Platform.options.join(', ')}`);
    }
    const certs = upload.files.get('certs');
    return this.keepingFiles([...upload.files.values()], async () =>
      this.builds.submit(caller, platform.data, {
        sourceId: source.id,
        certsId: certs?.id ?? null,
        sealedPasswords: certs === undefined ? null : this.files.sealPasswords(upload.fields),
      }),
    );
  }

  @Post()
  @OpenTo('user')
  @Describe({
    id: 'submitBuildAlias',
    permission: 'builds:submit',
    summary: 'The same as /api/builds/submit',
    bodyType: 'multipart/form-data',
    status: 201,
    answer: SubmittedBuild,
  })
  async submitAlias(@CallerParam() caller: UserCaller, @Req() request: Request): Promise<SubmittedBuild> {
    return this.submit(caller, request);
  }

  @Get()
  @OpenTo('user')
  @Describe({
    id: 'listBuilds',
    permission: 'builds:read',
    summary: 'The builds, newest first',
    query: BuildListQuery,
    answer: Build.array(),
  })
  async list(@CallerParam() caller: UserCaller, @Query(new ZodPipe(BuildListQuery)) query: BuildListQuery) {
    return (await this.builds.list(caller, query)).map(buildJson);
  }

  @Get('active')
  @OpenTo('user')
  @Describe({
    id: 'listActiveBuilds',
    permission: 'builds:read',
    summary: 'Builds that a worker has',
    query: ActiveBuildsQuery,
    answer: ActiveBuilds,
  })
  async active(
    @CallerParam() caller: UserCaller,
    @Query(new ZodPipe(ActiveBuildsQuery)) { shape }: ActiveBuildsQuery,
  ): Promise<ActiveBuilds> {
    const lists = await Promise.all(
      (['assigned', 'building'] as const).map(async (status) =>
        this.builds.list(caller, { status, limit: 1_000 }),
      ),
    );
    return shape === 'array' ? lists.flat().map(buildJson) : { builds: lists.flat().map(activeBuildJson) };
  }

  @Get('statistics')
  @OpenTo('user')
  @Describe({
    id: 'countBuilds',
    permission: 'builds:read',
    summary: 'How many builds there are in each state',
    answer: BuildStatistics,
  })
  async statistics(@CallerParam() caller: UserCaller): Promise<BuildStatistics> {
    const counts: Record<string, number> = {
      total: 0,
      pending: 0,
      assigned: 0,
      building: 0,
      completed: 0,
      failed: 0,
      cancelled: 0,
    };
    for (const { status, count } of await countBuilds(this.database, caller.organizationId)) {
      const word = buildStatus(status);
      counts[word] = (counts[word] ?? 0) + count;
      counts['total'] = (counts['total'] ?? 0) + count;
    }
    return counts;
  }

  @Get(':id/status')
  @Describe({
    id: 'readBuildStatus',
    permission: 'builds:read',
    summary: 'How far the build is',
    answer: BuildState,
  })
  async status(
    @CallerParam() caller: UserCaller | BuildCaller,
    @Param('id') id: string,
  ): Promise<BuildState> {
    return buildStateJson(await this.builds.find(caller, id));
  }

  @Get(':id')
  @Describe({ id: 'readBuild', permission: 'builds:read', summary: 'Read a build', answer: Build })
  async read(@CallerParam() caller: UserCaller | BuildCaller, @Param('id') id: string): Promise<Build> {
    return buildJson(await this.builds.find(caller, id));
  }

  @Get(':id/logs')
  @Describe({
    id: 'readBuildLog',
    permission: 'builds:read',
    summary: 'The log: all of it, its newest entries (limit), or those behind the first so many (after)',
    query: BuildLogsQuery,
    answer: BuildLogs,
  })
  async logs(
    @CallerParam() caller: UserCaller | BuildCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(BuildLogsQuery)) query: BuildLogsQuery,
    @Res() response: Response,
  ): Promise<void> {
    await this.builds.find(caller, id);
    await this.logReader.send(response, id, query);
  }

  @Get(':id/download')
  @Describe({
    id: 'downloadBuild',
    permission: 'builds:read',
    summary: 'The result',
    answerType: 'application/octet-stream',
  })
  async download(
    @CallerParam() caller: UserCaller | BuildCaller,
    @Param('id') id: string,
    @Res() response: Response,
  ): Promise<void> {
    await this.files.send(response, await this.builds.part(caller, id, 'result'));
  }

  @Get(':id/download/result')
  @Describe({
    id: 'downloadBuildResult',
    permission: 'builds:read',
    summary: 'The result',
    answerType: 'application/octet-stream',
  })
  async downloadResult(
    @CallerParam() caller: UserCaller | BuildCaller,
    @Param('id') id: string,
    @Res() response: Response,
  ): Promise<void> {
    return this.download(caller, id, response);
  }

  @Get(':id/download/source')
  @Describe({
    id: 'downloadBuildSource',
    permission: 'builds:read',
    summary: 'The source',
    answerType: 'application/octet-stream',
  })
  async downloadSource(
    @CallerParam() caller: UserCaller | BuildCaller,
    @Param('id') id: string,
    @Res() response: Response,
  ): Promise<void> {
    await this.files.send(response, await this.builds.part(caller, id, 'source'));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Describe({
    id: 'cancelBuild',
    permission: 'builds:cancel',
    summary: 'Cancel the build; what its worker still sends is refused',
    answer: CancelledBuild,
  })
  async cancel(
    @CallerParam() caller: UserCaller | BuildCaller,
    @Param('id') id: string,
  ): Promise<CancelledBuild> {
    const build = await this.builds.cancel(caller, id);
    return { success: true, status: buildStatus(build.status) };
  }

  @Post(':id/retry')
  @Describe({
    id: 'retryBuild',
    permission: 'builds:submit',
    summary: 'A new build of the same source and certs',
    status: 201,
    answer: RetriedBuild,
  })
  async retry(
    @CallerParam() caller: UserCaller | BuildCaller,
    @Param('id') id: string,
  ): Promise<RetriedBuild> {
    return this.builds.retry(caller, id);
  }

  /** Files whose build could not be created are nobody's. */
  private async keepingFiles<T>(files: readonly StoredObject[], work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.files.discard(files);
      throw error;
    }
  }
}
