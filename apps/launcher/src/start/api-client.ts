import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const REQUEST_DEADLINE_MS = 30_000;

const problemSchema = z.object({
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
});

/** The api's refusal of a request. */
export class ApiRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

interface Body {
  content: string | Uint8Array<ArrayBuffer>;
  type: string;
}

/** Speaks to the api as any client does. */
export class ApiClient {
  constructor(
    private readonly apiUrl: string,
    private readonly apiKey: string,
    private readonly signal: AbortSignal,
  ) {}

  async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.#request('GET', path, schema);
  }

  async post<T>(path: string, content: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.#request('POST', path, schema, {
      content: JSON.stringify(content),
      type: 'application/json',
    });
  }

  async upload<T>(path: string, content: Uint8Array<ArrayBuffer>, schema: z.ZodType<T>): Promise<T> {
    return this.#request('POST', path, schema, { content, type: 'application/gzip' });
  }

  async #request<T>(method: string, path: string, schema: z.ZodType<T>, body?: Body): Promise<T> {
    const response = await fetch(`${this.apiUrl}${path}`, {
      method,
      signal: AbortSignal.any([this.signal, AbortSignal.timeout(REQUEST_DEADLINE_MS)]),
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        accept: 'application/json',
        ...(body ? { 'content-type': body.type, 'idempotency-key': randomUUID() } : {}),
      },
      ...(body ? { body: body.content } : {}),
    });
    const text = await response.text();
    if (!response.ok) {
      const problem = problemSchema.safeParse(parseJson(text));
      const words = problem.success ? [problem.data.code, problem.data.detail ?? problem.data.title] : [];
      const said = words.filter((word) => word !== undefined).join(': ') || 'no reason given';
      throw new ApiRefusal(
        response.status,
        `${method} ${path} was answered with ${response.status} (${said})`,
      );
    }
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success) {
      throw new Error(`${method} ${path} was answered in an unknown form: ${z.prettifyError(parsed.error)}`);
    }
    return parsed.data;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
