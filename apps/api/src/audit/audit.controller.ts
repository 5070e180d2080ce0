import { AuditQuery, AuditRecord, pageOf } from '@berth/contracts';
import { Database, listAuditRecords, type AuditFilter, type AuditRow } from '@berth/persistence';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { takenByReader } from '../bodies/taken-by-reader.js';
import { Describe } from '../openapi/describe.js';
import { invalidField } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';

const ExportQuery = AuditQuery.omit({ limit: true, cursor: true });
const BATCH = 500;
/** A reader that takes nothing for so long is gone. */
const STALLED_MS = 60_000;

/** What was changed, by whom and from where. */
@Controller('api/v1/audit')
export class AuditController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get()
  @Describe({
    id: 'listAuditRecords',
    permission: 'audit:read',
    summary: 'List the records of changes and refusals, newest first',
    query: AuditQuery,
    answer: pageOf(AuditRecord),
  })
  async list(@CallerParam() caller: UserCaller, @Query(new ZodPipe(AuditQuery)) query: AuditQuery) {
    const before = query.cursor === undefined ? null : placeOf(query.cursor);
    const rows = await listAuditRecords(this.database, filterOf(caller, query), {
      before,
      limit: query.limit + 1,
    });
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    const nextCursor =
      rows.length > query.limit && last !== undefined ? Buffer.from(last.id).toString('base64url') : null;
    return { items: shown.map(auditJson), nextCursor };
  }

  @Get('export')
  @Describe({
    id: 'exportAuditRecords',
    permission: 'audit:read',
    summary: 'All records that fit, newest first, one JSON document in each line',
    query: ExportQuery,
    answerType: 'application/x-ndjson',
  })
  async export(
    @CallerParam() caller: UserCaller,
    @Query(new ZodPipe(ExportQuery)) query: Omit<AuditQuery, 'limit' | 'cursor'>,
    @Res() response: Response,
  ): Promise<void> {
    const filter = filterOf(caller, query);
    response.status(200).type('application/x-ndjson');
    let before: string | null = null;
    for (;;) {
      const rows: AuditRow[] = await listAuditRecords(this.database, filter, { before, limit: BATCH });
      const text = rows.map((row) => `${JSON.stringify(auditJson(row))}\n`).join('');
      response.write(text);
      if (!(await takenByReader(response, STALLED_MS))) {
        response.destroy();
        return;
      }
      before = rows.at(-1)?.id ?? null;
      if (rows.length < BATCH) {
        response.end();
        return;
      }
    }
  }
}

/** @throws ProblemError 400 */
function placeOf(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!/^\d{1,18}$/.test(id)) {
    throw invalidField('cursor', 'must be a nextCursor that a list call has given');
  }
  return id;
}

function filterOf({ organizationId }: UserCaller, query: Omit<AuditQuery, 'limit' | 'cursor'>): AuditFilter {
  return {
    organizationId,
    actor: query.actor ?? null,
    operation: query.operation ?? null,
    objectType: query.objectType ?? null,
    object: query.object ?? null,
    outcome: query.outcome ?? null,
    since: query.since === undefined ? null : new Date(query.since),
    until: query.until === undefined ? null : new Date(query.until),
  };
}

function auditJson(row: AuditRow): AuditRecord {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: row.actor,
    principal: row.principal,
    sessionId: row.sessionId,
    apiKeyId: row.apiKeyId,
    address: row.address,
    userAgent: row.userAgent,
    requestId: row.requestId,
    operation: row.operation,
    object: { type: row.objectType, id: row.objectId, name: row.objectName },
    before: row.before,
    after: row.after,
    outcome: row.outcome,
    status: row.status,
    code: row.code,
  };
}
