import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AcceptedTask,
  AgentSession,
  LogAppended,
  StoredConfiguration,
  type AcceptRequest,
  type AgentSessionRequest,
  type PlanDescription,
} from '@berth/contracts';
import type { TaskPhase } from '@berth/domain';
import { traceHeaders } from '@berth/observability';
import type { z } from 'zod';
import { ApiError } from './api-error.js';
import { bodyOf, isFile, pathOnly, problemOf, type FileBody, type Request } from './api-request.js';

/** Milliseconds. Bulky transfers wait for networks, the rest for one short transaction. */
const SHORT_MS = 10_000;
const BULKY_MS = 300_000;
const TRANSFER_MS = 3_600_000;
const FIRST_PAUSE_MS = 200;
const LAST_PAUSE_MS = 3_200;

/**
 * Milliseconds. Whoever opens a session or writes a log comes again by itself. An accept may have been committed though
 * its answer was lost, and an apply that is given up then has failed for nothing; it ends before the registry takes
 * the task for missing (60 s). A plan that could not be stored would have to be made again.
 */
const SHORT_PATIENCE_MS = 6_000;
const ACCEPT_PATIENCE_MS = 45_000;
const BULKY_PATIENCE_MS = 120_000;

/** The agents' side of the api over HTTP. */
export class ApiClient {
  /** Of the session; the pool's before there is one. */
  private token: string;
  private onSessionOver: () => void = () => undefined;

  constructor(
    private readonly baseUrl: string,
    private readonly poolToken: string,
  ) {
    this.token = poolToken;
  }

  /** The pool's and the session's. */
  get tokens(): readonly string[] {
    return [this.poolToken, this.token];
  }

  /** Told when the api does not know our session any more. What is asked in its name is asked again in the next one's. */
  whenSessionIsOver(renew: () => void): void {
    this.onSessionOver = renew;
  }

  /** Where terraform finds a workspace's state. */
  stateAddress(workspaceId: string): string {
    return new URL(`/api/v1/workspaces/${workspaceId}/terraform-state`, this.baseUrl).href;
  }

  /** Whether a workspace has a state, asked with the run's own token for it. @throws ApiError */
  async hasState(workspaceId: string, stateToken: string): Promise<boolean> {
    try {
      await this.send({
        method: 'GET',
        path: `/api/v1/workspaces/${workspaceId}/terraform-state`,
        token: stateToken,
        deadlineMs: BULKY_MS,
        patienceMs: SHORT_PATIENCE_MS,
      });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'NO_STATE') {
        return false;
      }
      throw error;
    }
  }

  /** Begins a session; what follows is said in its name. */
  async openSession(request: AgentSessionRequest): Promise<AgentSession> {
    const session = await this.json(AgentSession, {
      method: 'POST',
      path: '/agent/v1/sessions',
      token: this.poolToken,
      body: request,
      deadlineMs: SHORT_MS,
      patienceMs: SHORT_PATIENCE_MS,
    });
    this.token = session.token;
    return session;
  }

  async accept(taskId: string, request: AcceptRequest): Promise<AcceptedTask> {
    return this.json(AcceptedTask, {
      method: 'POST',
      path: `/agent/v1/tasks/${taskId}/accept`,
      body: request,
      deadlineMs: SHORT_MS,
      patienceMs: ACCEPT_PATIENCE_MS,
    });
  }

  async configuration(taskId: string, attempt: number): Promise<Buffer> {
    return this.bytes(`/agent/v1/tasks/${taskId}/configuration?attempt=${attempt}`);
  }

  /** Of a task that has one by now, that one is the answer. */
  async storeConfiguration(
    taskId: string,
    attempt: number,
    fetched: { readonly commit: string; readonly content: Buffer; readonly sha256: string },
  ): Promise<StoredConfiguration> {
    const { commit, content, sha256 } = fetched;
    const path = `/agent/v1/tasks/${taskId}/configuration?attempt=${attempt}&commit=${commit}`;
    return this.json(StoredConfiguration, this.upload(path, content, sha256));
  }

  async planFile(taskId: string, attempt: number): Promise<Buffer> {
    return this.bytes(`/agent/v1/tasks/${taskId}/plan-file?attempt=${attempt}`);
  }

  async appendLog(
    taskId: string,
    position: { readonly attempt: number; readonly phase: TaskPhase; readonly offset: number },
    content: Buffer,
  ): Promise<LogAppended> {
    const { attempt, phase, offset } = position;
    return this.json(LogAppended, {
      method: 'POST',
      path: `/agent/v1/tasks/${taskId}/logs?attempt=${attempt}&phase=${phase}&offset=${offset}`,
      body: content,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      deadlineMs: SHORT_MS,
      patienceMs: SHORT_PATIENCE_MS,
    });
  }

  async storePlanFile(taskId: string, attempt: number, content: Buffer, sha256: string): Promise<void> {
    await this.put(`/agent/v1/tasks/${taskId}/plan-file?attempt=${attempt}`, content, sha256);
  }

  async storeSnapshot(taskId: string, attempt: number, content: Buffer, sha256: string): Promise<void> {
    await this.put(`/agent/v1/tasks/${taskId}/plan-snapshot?attempt=${attempt}`, content, sha256);
  }

  async snapshot(taskId: string, attempt: number): Promise<Buffer> {
    return this.bytes(`/agent/v1/tasks/${taskId}/plan-snapshot?attempt=${attempt}`);
  }

  /** The state that terraform could not save. It is asked for again by the caller, for as long as it takes. */
  async keepUnsavedState(taskId: string, attempt: number, content: Buffer): Promise<void> {
    const sha256 = createHash('sha256').update(content).digest('hex');
    await this.put(`/agent/v1/tasks/${taskId}/unsaved-state?attempt=${attempt}`, content, sha256);
  }

  async describePlan(taskId: string, description: PlanDescription): Promise<void> {
    await this.send({
      method: 'PUT',
      path: `/agent/v1/tasks/${taskId}/plan`,
      body: description,
      deadlineMs: BULKY_MS,
      patienceMs: BULKY_PATIENCE_MS,
    });
  }

  /** The source of a build, while it arrives. */
  async buildSource(taskId: string, attempt: number): Promise<Readable> {
    const { body } = await this.send({
      method: 'GET',
      path: `/agent/v1/tasks/${taskId}/source?attempt=${attempt}`,
      deadlineMs: TRANSFER_MS,
      patienceMs: BULKY_PATIENCE_MS,
    });
    return body === null ? Readable.from([]) : Readable.fromWeb(body);
  }

  /** A file that a build has left. */
  async storeArtifact(
    { taskId, attempt }: { readonly taskId: string; readonly attempt: number },
    path: string,
    file: FileBody,
  ): Promise<void> {
    await this.send({
      method: 'PUT',
      path: `/agent/v1/tasks/${taskId}/artifacts?attempt=${attempt}&path=${encodeURIComponent(path)}`,
      body: file,
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(file.sizeBytes),
        'x-berth-sha256': file.sha256,
      },
      deadlineMs: TRANSFER_MS,
      patienceMs: BULKY_PATIENCE_MS,
    });
  }

  private async put(path: string, content: Buffer, sha256: string): Promise<void> {
    await this.send(this.upload(path, content, sha256));
  }

  private upload(path: string, content: Buffer, sha256: string): Request {
    return {
      method: 'PUT',
      path,
      body: content,
      headers: { 'content-type': 'application/octet-stream', 'x-berth-sha256': sha256 },
      deadlineMs: BULKY_MS,
      patienceMs: BULKY_PATIENCE_MS,
    };
  }

  private async bytes(path: string): Promise<Buffer> {
    const response = await this.send({
      method: 'GET',
      path,
      deadlineMs: BULKY_MS,
      patienceMs: BULKY_PATIENCE_MS,
    });
    return Buffer.from(await response.arrayBuffer());
  }

  private async json<S extends z.ZodType>(schema: S, request: Request): Promise<z.infer<S>> {
    const response = await this.send(request);
    const parsed = schema.safeParse(await response.json());
    if (!parsed.success) {
      throw new ApiError(
        'permanent',
        'API_ANSWER_UNREADABLE',
        `${request.path}: the api answered something else`,
      );
    }
    return parsed.data;
  }

  /** Asks again while the api is away; every call of this protocol may be repeated. */
  private async send(request: Request): Promise<Response> {
    const began = performance.now();
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LAST_PAUSE_MS, pauseMs * 2)) {
      const { token = this.token } = request;
      try {
        return await this.sendOnce(request, token);
      } catch (error) {
        // Others may have met the same before, and there is a new one by now.
        if (
          error instanceof ApiError &&
          error.isSessionOver &&
          request.token === undefined &&
          token === this.token
        ) {
          this.onSessionOver();
        }
        const isLate = performance.now() - began + pauseMs > request.patienceMs;
        if (!(error instanceof ApiError) || error.failureClass === 'permanent' || isLate) {
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  private ownerOf({ token }: Request): 'session' | 'run' | 'pool' {
    if (token === undefined) {
      return 'session';
    }
    return token === this.poolToken ? 'pool' : 'run';
  }

  private async sendOnce(request: Request, token: string): Promise<Response> {
    const { method, path, body } = request;
    const isJson = body !== undefined && !(body instanceof Buffer) && !isFile(body);
    const contentType = isJson ? { 'content-type': 'application/json' } : {};
    let response: Response;
    try {
      response = await fetch(new URL(path, this.baseUrl), {
        method,
        headers: { ...contentType, ...traceHeaders(), ...request.headers, authorization: `Bearer ${token}` },
        ...bodyOf(body),
        signal: AbortSignal.timeout(request.deadlineMs),
      });
    } catch (cause) {
      const reason =
        cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
      throw new ApiError('transient', 'API_UNREACHABLE', `${method} ${pathOnly(path)}: ${reason}`, { cause });
    }
    if (!response.ok) {
      throw await problemOf(response, `${method} ${pathOnly(path)}`, this.ownerOf(request));
    }
    return response;
  }
}
