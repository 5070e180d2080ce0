import { DiagnosticReport, KeptReport, KeptReports, LatestReport, StoredReport } from '@berth/contracts';
import {
  Database,
  isWorker,
  keepWorkerReport,
  readWorkerReports,
  type WorkerReport,
} from '@berth/persistence';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, UseInterceptors } from '@nestjs/common';
import type { Request } from 'express';
import { CallerParam, OpenTo, type UserCaller, type WorkerCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { notFound } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { FormBodies } from './form-bodies.interceptor.js';
import { FROM_WORKER } from './worker-json.js';
import { workerOfRequest } from './worker-of-request.js';

/** Of how many workers one answer tells. */
const MAX_REPORTS = 1_000;

/** What workers say of their own health: of each the newest is kept, as long as the worker is known. */
@Controller('api/diagnostics')
@OpenTo('user', 'worker')
export class DiagnosticsController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Post('report')
  @HttpCode(200)
  @UseInterceptors(FormBodies)
  @Describe({
    id: 'reportDiagnostics',
    permission: 'builds:work',
    summary: 'A worker says how it is; its newest report is kept',
    body: DiagnosticReport,
    ...FROM_WORKER,
    answer: StoredReport,
  })
  async report(
    @CallerParam() caller: UserCaller | WorkerCaller,
    @Body(new ZodPipe(DiagnosticReport)) body: DiagnosticReport,
    @Req() request: Request,
  ): Promise<StoredReport> {
    const workerId = await workerOfRequest(this.database, caller, request);
    await keepWorkerReport(this.database, caller.organizationId, workerId, body);
    return { success: true, status: 'stored' };
  }

  @Get()
  @Describe({
    id: 'listDiagnostics',
    permission: 'builds:read',
    summary: 'The newest report of each worker',
    answer: KeptReports,
  })
  async list(@CallerParam() caller: UserCaller | WorkerCaller): Promise<KeptReports> {
    return { worker_id: null, reports: await this.reports(caller, null, MAX_REPORTS) };
  }

  @Get('latest')
  @Describe({
    id: 'readLatestDiagnostics',
    permission: 'builds:read',
    summary: 'The newest report of all',
    answer: LatestReport,
  })
  async latest(@CallerParam() caller: UserCaller | WorkerCaller): Promise<LatestReport> {
    const [report] = await this.reports(caller, null, 1);
    return report ?? { worker_id: null, run_at: null, status: 'unknown', checks: [] };
  }

  @Get(':id')
  @Describe({
    id: 'listWorkerDiagnostics',
    permission: 'builds:read',
    summary: 'The newest report of a worker, in a list',
    answer: KeptReports,
  })
  async ofWorker(
    @CallerParam() caller: UserCaller | WorkerCaller,
    @Param('id') id: string,
  ): Promise<KeptReports> {
    if (!(await isWorker(this.database, caller.organizationId, id))) {
      throw notFound('worker', id);
    }
    return { worker_id: id, reports: await this.reports(caller, id, 1) };
  }

  @Get(':id/latest')
  @Describe({
    id: 'readLatestWorkerDiagnostics',
    permission: 'builds:read',
    summary: 'The newest report of a worker',
    answer: KeptReport,
  })
  async latestOfWorker(
    @CallerParam() caller: UserCaller | WorkerCaller,
    @Param('id') id: string,
  ): Promise<KeptReport> {
    const [report] = await this.reports(caller, id, 1);
    if (report === undefined) {
      throw notFound('report of worker', id);
    }
    return report;
  }

  /** Of a worker's own, where a worker asks. */
  private async reports(
    caller: UserCaller | WorkerCaller,
    workerId: string | null,
    limit: number,
  ): Promise<KeptReport[]> {
    if (caller.kind === 'worker' && workerId !== null && workerId !== caller.workerId) {
      throw notFound('worker', workerId);
    }
    const of = { workerId: caller.kind === 'worker' ? caller.workerId : workerId, limit };
    return (await readWorkerReports(this.database, caller.organizationId, of)).map(reportJson);
  }
}

function reportJson({ workerId, runAt, report }: WorkerReport): KeptReport {
  return { ...report, worker_id: workerId, run_at: runAt.getTime() };
}
