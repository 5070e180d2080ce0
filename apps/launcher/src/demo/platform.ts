import { z } from 'zod';
import { ApiClient, ApiRefusal } from '../start/api-client.js';
import { demoEventSchema, demoTaskSchema } from './demo-task.js';
import type { DemoEvent, DemoTask } from './demo-task.js';
import { NOT_RUNNING } from './platform-address.js';
import type { PlatformAddress } from './platform-address.js';

const CALL_DEADLINE_MS = 15_000;

const workspaceSchema = z.object({ id: z.string(), currentConfigurationId: z.string().nullable() });
const variableSchema = z.object({ key: z.string(), value: z.string().nullable() });

export type DemoWorkspace = z.infer<typeof workspaceSchema>;

/** A running Berth, as any client sees it. */
export class Platform {
  readonly #api: ApiClient;

  /** A call once sent is not given up at Ctrl-C: what it made would be known to nobody. */
  constructor(readonly address: PlatformAddress) {
    this.#api = new ApiClient(address.apiUrl, address.apiKey, new AbortController().signal);
  }

  /** @throws Error where nothing answers */
  async expectRunning(): Promise<void> {
    try {
      await this.#fetch('GET', '/healthz');
    } catch (error) {
      throw new Error(`${NOT_RUNNING} (nothing answers at ${this.address.apiUrl})`, { cause: error });
    }
  }

  /** Undefined where there is none of that name. */
  async workspace(name: string): Promise<DemoWorkspace | undefined> {
    try {
      return await this.#api.get(`/api/v1/workspaces/${name}`, workspaceSchema);
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  }

  async createWorkspace(name: string): Promise<DemoWorkspace> {
    return this.#api.post('/api/v1/workspaces', { name, engine: 'terraform' }, workspaceSchema);
  }

  async variable(workspaceId: string, key: string): Promise<string | null> {
    const schema = z.object({ items: z.array(variableSchema) });
    const { items } = await this.#api.get(`/api/v1/workspaces/${workspaceId}/variables`, schema);
    return items.find((variable) => variable.key === key)?.value ?? null;
  }

  async putVariable(workspaceId: string, key: string, value: string): Promise<void> {
    const path = `/api/v1/workspaces/${workspaceId}/variables/${key}`;
    await this.#fetch('PUT', path, JSON.stringify({ value, category: 'terraform' }));
  }

  async upload(workspaceId: string, archive: Uint8Array<ArrayBuffer>): Promise<{ id: string }> {
    const path = `/api/v1/workspaces/${workspaceId}/configurations`;
    return this.#api.upload(path, archive, z.object({ id: z.string() }));
  }

  async createTask(request: object): Promise<DemoTask> {
    return this.#api.post('/api/v1/tasks', request, demoTaskSchema);
  }

  async task(id: string): Promise<DemoTask> {
    return this.#api.get(`/api/v1/tasks/${id}`, demoTaskSchema);
  }

  /** The newest of the workspace. */
  async tasks(workspaceId: string): Promise<DemoTask[]> {
    const schema = z.object({ items: z.array(demoTaskSchema) });
    return (await this.#api.get(`/api/v1/tasks?workspaceId=${workspaceId}&limit=100`, schema)).items;
  }

  async events(taskId: string): Promise<DemoEvent[]> {
    const schema = z.object({ items: z.array(demoEventSchema) });
    return (await this.#api.get(`/api/v1/tasks/${taskId}/events`, schema)).items;
  }

  /** The confirmation counts for this plan only. */
  async confirm({ id, planHash }: DemoTask): Promise<DemoTask> {
    return this.#api.post(
      `/api/v1/tasks/${id}/confirm`,
      planHash === null ? {} : { planHash },
      demoTaskSchema,
    );
  }

  async cancel(taskId: string, comment: string): Promise<DemoTask> {
    return this.#api.post(`/api/v1/tasks/${taskId}/cancel`, { comment }, demoTaskSchema);
  }

  async log({ id, phase }: DemoTask): Promise<string> {
    return this.#fetch('GET', `/api/v1/tasks/${id}/logs?phase=${phase}`);
  }

  /** What the launcher's client has no call for: text, and PUT. */
  async #fetch(method: string, path: string, body?: string): Promise<string> {
    const response = await fetch(`${this.address.apiUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(CALL_DEADLINE_MS),
      headers: {
        authorization: `Bearer ${this.address.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new ApiRefusal(
        response.status,
        `${method} ${path} was answered with ${response.status}: ${text.slice(0, 500)}`,
      );
    }
    return text;
  }
}
