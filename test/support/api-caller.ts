import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import type { Page, Task, TaskEvent, Workspace } from '@berth/contracts';
import { pack } from 'tar-stream';
import { waitFor } from './wait-for.js';

export interface Answer {
  readonly status: number;
  readonly body: any;
  readonly headers: Headers;
}

/** Calls the API as a user does. */
export class ApiCaller {
  constructor(
    readonly baseUrl: string,
    readonly key: string,
  ) {}

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const bytes = body instanceof Buffer || typeof body === 'string';
    const response = await fetch(new URL(path, this.baseUrl), {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined || bytes ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: bytes ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const json = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      body: json && text !== '' ? JSON.parse(text) : text,
      headers: response.headers,
    };
  }

  /** @throws Error where the answer is no success */
  async expect<T>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<T> {
    const answer = await this.call(method, path, body, headers);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer.body as T;
  }

  /** A workspace with a configuration of these files. */
  async workspace(
    name: string,
    files: Readonly<Record<string, string>>,
    more: object = {},
  ): Promise<Workspace> {
    const workspace = await this.expect<Workspace>('POST', '/api/v1/workspaces', {
      name,
      engine: 'terraform',
      ...more,
    });
    await this.upload(workspace.id, files);
    return workspace;
  }

  async upload(
    workspaceId: string,
    files: Readonly<Record<string, string>>,
  ): Promise<{ id: string; sha256: string }> {
    return this.expect('POST', `/api/v1/workspaces/${workspaceId}/configurations`, await tarGz(files), {
      'content-type': 'application/gzip',
    });
  }

  async task(workspaceId: string, operation: string, more: object = {}): Promise<Task> {
    return this.expect('POST', '/api/v1/tasks', { workspaceId, operation, ...more });
  }

  async read(taskId: string): Promise<Task> {
    return this.expect('GET', `/api/v1/tasks/${taskId}`);
  }

  async events(taskId: string): Promise<TaskEvent[]> {
    const events: TaskEvent[] = [];
    for (let cursor: string | null = '0'; cursor !== null;) {
      const page: Page<TaskEvent> = await this.expect(
        'GET',
        `/api/v1/tasks/${taskId}/events?cursor=${cursor}`,
      );
      events.push(...page.items);
      cursor = page.nextCursor;
    }
    return events;
  }

  async log(taskId: string, phase: string): Promise<string> {
    return this.expect('GET', `/api/v1/tasks/${taskId}/logs?phase=${phase}`);
  }

  /** Waits until the task is in one of the states; a final one that was not wanted ends the wait with its error. */
  async reaches(taskId: string, ...statuses: Task['status'][]): Promise<Task> {
    return waitFor(
      `task ${taskId} to be ${statuses.join(' or ')}`,
      async () => {
        const task = await this.read(taskId);
        if (statuses.includes(task.status)) {
          return task;
        }
        if (task.finishedAt !== null) {
          throw new Error(`task ${taskId} is ${task.status}: ${JSON.stringify(task.error)}`);
        }
        return null;
      },
      60_000,
    );
  }
}

/** A tar.gz of these files. */
export async function tarGz(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) {
    archive.entry({ name }, content);
  }
  archive.finalize();
  return buffer(archive.pipe(createGzip()).pipe(new PassThrough()));
}
