/** An answer of the build workers' protocol. */
export interface ProtocolAnswer {
  readonly status: number;
  readonly body: any;
  readonly bytes: Buffer;
  readonly headers: Headers;
}

/** Calls the protocol as its page has it: nothing here knows of Berth's other API. */
export class BuildClient {
  constructor(
    readonly baseUrl: string,
    readonly key: string,
  ) {}

  async call(
    method: string,
    path: string,
    body?: FormData | object,
    headers: Readonly<Record<string, string>> = { 'x-api-key': this.key },
  ): Promise<ProtocolAnswer> {
    const json = body !== undefined && !(body instanceof FormData);
    const response = await fetch(new URL(path, this.baseUrl), {
      method,
      headers: { ...headers, ...(json ? { 'content-type': 'application/json' } : {}) },
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : body }),
      signal: AbortSignal.timeout(30_000),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      body: isJson && bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : undefined,
      bytes,
      headers: response.headers,
    };
  }

  /** @throws Error where the answer is no success */
  async expect(
    method: string,
    path: string,
    body?: FormData | object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<any> {
    const answer = await this.call(method, path, body, headers);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${answer.bytes.toString('utf8')}`);
    }
    return answer.body;
  }

  async submit(source: Buffer, platform = 'ios', certs?: Buffer): Promise<any> {
    return this.expect(
      'POST',
      '/api/builds/submit',
      form({ platform }, { source, ...(certs ? { certs } : {}) }),
    );
  }

  async status(id: string): Promise<any> {
    return this.expect('GET', `/api/builds/${id}/status`);
  }

  async worker(
    name: string,
    more: object = {},
    platforms: readonly string[] = ['ios', 'android'],
  ): Promise<Worker> {
    const registered = await this.expect('POST', '/api/workers/register', {
      name,
      capabilities: { platforms, maxConcurrentBuilds: 1 },
      ...more,
    });
    return new Worker(this, registered.id, registered.access_token, registered.status);
  }
}

/** A worker that takes the newest token of each answer, as the protocol wants it. */
export class Worker {
  constructor(
    private readonly client: BuildClient,
    readonly id: string,
    public token: string,
    readonly registration: string,
  ) {}

  get headers(): Record<string, string> {
    return { 'x-worker-token': this.token, 'x-worker-id': this.id };
  }

  async call(method: string, path: string, body?: FormData | object): Promise<ProtocolAnswer> {
    return this.client.call(method, path, body, this.headers);
  }

  async expect(method: string, path: string, body?: FormData | object): Promise<any> {
    return this.client.expect(method, path, body, this.headers);
  }

  async poll(): Promise<any> {
    const answer = await this.expect('GET', '/api/workers/poll');
    this.token = answer.access_token;
    return answer.job;
  }

  async succeed(buildId: string, result: Buffer): Promise<ProtocolAnswer> {
    return this.call('POST', '/api/workers/result', form({ build_id: buildId, success: 'true' }, { result }));
  }
}

/** A multipart form: fields first, then files. */
export function form(
  fields: Readonly<Record<string, string>>,
  files: Readonly<Record<string, Buffer>>,
): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    data.set(name, value);
  }
  for (const [name, content] of Object.entries(files)) {
    data.set(name, new Blob([new Uint8Array(content)]), `${name}.tar.gz`);
  }
  return data;
}
