import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

const CALL_DEADLINE_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** A running Berth, as any client sees it: the one at `apiUrl`, else the one that `npm start` runs. */
export function runningPlatform(apiUrl, repository) {
  if (apiUrl !== undefined) {
    const apiKey = process.env.BERTH_API_KEY;
    if (!apiKey) {
      throw new Error(`BERTH_API_KEY must be set to a key of ${apiUrl}`);
    }
    return new Platform(apiUrl.replace(/\/+$/, ''), apiKey);
  }
  const home = resolve(
    process.env.INIT_CWD ?? '.',
    process.env.BERTH_HOME || join(repository, '.berth'),
    'runtime.json',
  );
  try {
    const runtime = JSON.parse(readFileSync(home, 'utf8'));
    return new Platform(runtime.apiUrl, runtime.apiKey);
  } catch (error) {
    throw new Error('Berth is not running: npm start first', { cause: error });
  }
}

class Platform {
  #apiKey;

  constructor(apiUrl, apiKey) {
    this.apiUrl = apiUrl;
    this.#apiKey = apiKey;
  }

  get(path) {
    return this.#call('GET', path);
  }

  put(path, body) {
    return this.#call('PUT', path, JSON.stringify(body), { 'content-type': 'application/json' });
  }

  post(path, body) {
    return this.#call('POST', path, JSON.stringify(body), {
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    });
  }

  upload(path, archive) {
    return this.#call('POST', path, archive, { 'content-type': 'application/gzip' });
  }

  /** Waits until the task is in that state or has ended; another end than the one wanted is an error. */
  async taskReaches(id, status, deadlineMs) {
    const end = performance.now() + deadlineMs;
    for (;;) {
      const task = await this.get(`/api/v1/tasks/${id}`);
      if (task.status === status) {
        return task;
      }
      if (task.finishedAt !== null) {
        throw new Error(`task ${id} is ${task.status}: ${task.error?.message ?? 'no reason given'}`);
      }
      if (performance.now() > end) {
        throw new Error(`task ${id} is still ${task.status} after ${deadlineMs / 1000} s`);
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  async #call(method, path, body, headers = {}) {
    const response = await this.#send(method, path, body, headers);
    const text = await response.text();
    if (!response.ok) {
      throw Object.assign(new Error(`${method} ${path} was answered with ${response.status}: ${text}`), {
        status: response.status,
      });
    }
    return JSON.parse(text);
  }

  async #send(method, path, body, headers) {
    try {
      return await fetch(`${this.apiUrl}${path}`, {
        method,
        body,
        headers: { authorization: `Bearer ${this.#apiKey}`, ...headers },
        signal: globalThis.AbortSignal.timeout(CALL_DEADLINE_MS),
      });
    } catch (error) {
      throw new Error(`nothing answers at ${this.apiUrl}: npm start first`, { cause: error });
    }
  }
}
