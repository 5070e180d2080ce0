import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { DataKeyList, Workspace } from '@berth/contracts';
import { freePort } from '@berth/private-servers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiCaller, tarGz } from '../support/api-caller.js';
import { BuildClient } from '../support/build-client.js';
import { findLeaks } from '../support/leaks.js';
import { ServiceProcess } from '../support/service-process.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const key = (): string => randomBytes(32).toString('base64');
const VARIABLE = 'planted in a variable';
const PRINTED = 'printed by a run';
const IN_FILES = 'planted in a file of a build ';
/** Some records of a sealed file, of which the last is not a whole one. */
const FILE = Buffer.alloc(300_000, IN_FILES);
const KEYS = '/api/v1/installation/data-keys';
const FILES = {
  'main.tf': `output "said" { value = "${PRINTED}" }\nresource "terraform_data" "x" {\n  triggers_replace = [timestamp()]\n}\n`,
};
const MANY = 3_000;

describe('keys at rest', () => {
  const [oldKey, newKey] = [key(), key()];
  let system: System;
  let workspace: Workspace;
  let archive: Buffer;
  let taskId: string;
  let buildId: string;

  beforeAll(async () => {
    system = await System.start({ agents: 1, apiEnv: { BERTH_ENCRYPTION_KEY: oldKey } });
    archive = await tarGz(FILES);
    workspace = await system.api.expect('POST', '/api/v1/workspaces', {
      name: 'sealed',
      engine: 'terraform',
    });
    await system.api.expect('POST', `/api/v1/workspaces/${workspace.id}/configurations`, archive, {
      'content-type': 'application/gzip',
    });
    await system.api.expect('PUT', `/api/v1/workspaces/${workspace.id}/variables/planted`, {
      value: VARIABLE,
      category: 'env',
      sensitive: true,
    });
    taskId = await applied();
    buildId = await built();
  }, 120_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  async function applied(): Promise<string> {
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    const planned = await system.api.reaches(task.id, 'apply_pending');
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`, { planHash: planned.planHash });
    await system.api.reaches(task.id, 'succeeded');
    return task.id;
  }

  /** A build whose source, certs and result are `FILE`. */
  async function built(): Promise<string> {
    const client = new BuildClient(system.api.baseUrl, system.api.key);
    const { id } = await client.submit(FILE, 'ios', FILE);
    const worker = await client.worker('seals');
    await worker.poll();
    expect((await worker.call('GET', `/api/builds/${id}/source`)).bytes.equals(FILE)).toBe(true);
    expect((await worker.call('GET', `/api/builds/${id}/certs`)).bytes.equals(FILE)).toBe(true);
    expect((await worker.succeed(id, FILE)).status).toBe(200);
    return id;
  }

  async function result() {
    return new BuildClient(system.api.baseUrl, system.api.key).call('GET', `/api/builds/${buildId}/download`);
  }

  async function rows<T extends object>(statement: string, params: readonly unknown[] = []): Promise<T[]> {
    return system.database.database.rows<T>(statement, params);
  }

  /** How the values of a column begin, which says with which key they are sealed. */
  async function sealsOf(column: string, table: string): Promise<string[]> {
    const found = await rows<{ seal: string }>(
      `select distinct encode(substring(${column} from 1 for 5), 'hex') as seal from ${table} where ${column} is not null order by 1`,
    );
    return found.map(({ seal }) => seal);
  }

  /** Makes a new data key, and gives how its seals begin. */
  async function rotate(): Promise<{ id: number; seal: string }> {
    const { items } = await system.api.expect<DataKeyList>('POST', KEYS);
    const id = Number(items.at(-1)?.id);
    return { id, seal: `02${id.toString(16).padStart(8, '0')}` };
  }

  async function resealed(id: number): Promise<void> {
    await waitFor(
      `everything to be sealed with data key ${id}`,
      async () => {
        const { items } = await system.api.expect<DataKeyList>('GET', KEYS);
        return items.some((one) => one.id === id && one.resealedAt !== null);
      },
      90_000,
    );
  }

  it('leave nothing plain of a variable, of a log and of a configuration in any table', async () => {
    expect(await system.api.log(taskId, 'apply')).toContain(PRINTED);
    const columns = (await findLeaks(system, [VARIABLE, PRINTED])).filter((leak) =>
      leak.startsWith('column'),
    );
    // What terraform would do is a document of its own, in which sensitive values are hidden and outputs are not.
    expect(columns.filter((leak) => !leak.startsWith('column plans.'))).toEqual([]);
    const [stored] = await rows<{ content: Buffer; isSealed: boolean; size: number }>(
      'select content, is_sealed as "isSealed", size_bytes as size from configurations',
    );
    expect(stored?.isSealed).toBe(true);
    expect(stored?.content.subarray(5).includes(archive.subarray(0, 3))).toBe(false);
    expect(stored?.content.length).toBe(Number(stored?.size) + 33);
  });

  it('leave nothing plain of a build in the store of files', async () => {
    const entries = await readdir(system.storage, { recursive: true, withFileTypes: true });
    const stored = entries.filter((entry) => entry.isFile());
    expect(stored.length).toBe(3);
    for (const { parentPath, name } of stored) {
      const bytes = await readFile(join(parentPath, name));
      expect(bytes.length).toBeGreaterThan(FILE.length);
      expect(bytes.includes(IN_FILES)).toBe(false);
    }
    expect((await result()).bytes.equals(FILE)).toBe(true);
  });

  it('rotate while tasks run and an api is killed in the middle, and take in what was plain', async () => {
    const { items } = await system.api.expect<DataKeyList>('GET', KEYS);
    await resealed(Number(items[0]?.id));
    await rows(
      `insert into variables (workspace_id, organization_id, key, category, sealed_value)
       select workspace_id, organization_id, 'many' || n, 'env', sealed_value from variables, generate_series(1, $1) n
       where key = 'planted'`,
      [MANY],
    );
    const plainLog = 'a line of before logs were sealed\n';
    await rows("delete from task_log_chunks where task_id = $1 and phase = 'plan'", [taskId]);
    await rows(
      `insert into task_log_chunks (task_id, phase, start_offset, organization_id, content)
       select task_id, phase, 0, organization_id, $2 from task_logs where task_id = $1 and phase = 'plan'`,
      [taskId, Buffer.from(plainLog)],
    );
    await rows('update configurations set is_sealed = false, content = $1', [archive]);
    expect(await system.api.log(taskId, 'plan')).toBe(plainLog);

    const { id, seal } = await rotate();
    // A call of it may find the api gone; the task itself goes on.
    const running = applied().catch(() => undefined);
    const inTheMiddle = async () => {
      const [row] = await rows<{ n: number }>(
        "select count(*)::int as n from variables where encode(substring(sealed_value from 1 for 5), 'hex') = $1",
        [seal],
      );
      return Number(row?.n) > 100 && Number(row?.n) < MANY;
    };
    await waitFor('the rotation to be in the middle', inTheMiddle, 60_000);
    await system.apiService.end('SIGKILL');
    expect(await inTheMiddle()).toBe(true);
    system.apiService.start();
    await system.apiService.ready();
    await resealed(id);
    await running;

    for (const [column, table] of [
      ['sealed_value', 'variables'],
      ['sealed_content', 'state_versions'],
      ['sealed_file', 'plans'],
      ['content', 'configurations'],
    ] as const) {
      expect([table, await sealsOf(column, table)]).toEqual([table, [seal]]);
    }
    const [plain] = await rows<{ n: number }>(
      'select count(*)::int as n from task_log_chunks where plain_bytes is null',
    );
    expect(plain?.n).toBe(0);
    expect(await system.api.log(taskId, 'plan')).toBe(plainLog);
    await rows("delete from variables where key like 'many%'");
    await applied();
  }, 240_000);

  it('are wrapped anew at a start with both keys, while another api goes on with the old one', async () => {
    const other = new ServiceProcess(
      'api-2',
      await freePort(),
      'api',
      {
        PATH: process.env['PATH'] ?? '',
        DATABASE_URL: system.database.url,
        AMQP_URL: system.broker.serviceUrl,
        BERTH_API_KEY: system.api.key,
        BERTH_ENCRYPTION_KEY: oldKey,
        BERTH_STORAGE_DIR: system.storage,
      },
      join(dirname(system.storage), 'api-2.log'),
    );
    other.start();
    try {
      await other.ready();
      await system.apiService.end('SIGTERM');
      system.apiService.start({ BERTH_ENCRYPTION_KEY: newKey, BERTH_OLD_ENCRYPTION_KEY: oldKey });
      await system.apiService.ready();
      const there = new ApiCaller(other.url, system.api.key);
      expect(await there.log(taskId, 'apply')).toContain(PRINTED);
      expect(await there.call('POST', KEYS)).toMatchObject({
        status: 409,
        body: { code: 'ENCRYPTION_KEY_CHANGES' },
      });
      // The agent keeps its session: what signs tokens has not changed.
      const after = await applied();
      expect(await there.log(after, 'apply')).toContain(PRINTED);
      expect(await other.isReady()).toBe(true);
    } finally {
      await other.end('SIGTERM');
    }
    await system.apiService.end('SIGTERM');
    system.apiService.start({ BERTH_ENCRYPTION_KEY: newKey });
    await system.apiService.ready();
    await applied();
  }, 180_000);

  it('give files of builds that an older key has sealed, plain ones of before, and none that was changed', async () => {
    expect((await result()).bytes.equals(FILE)).toBe(true);
    const [object] = await rows<{ id: string }>('select result_id as id from builds where task_id = $1', [
      buildId,
    ]);
    const id = object?.id ?? '';
    const path = join(system.storage, id.slice(0, 2), id);
    const sealed = await readFile(path);
    const change = async (place: number): Promise<void> => {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
      await writeFile(path, changed);
    };
    await change(100);
    expect(await result()).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
    await change(sealed.length - 100);
    await expect(result()).rejects.toThrow('terminated');
    await writeFile(path, FILE);
    await rows('update stored_objects set is_sealed = false where id = $1', [id]);
    expect((await result()).bytes.equals(FILE)).toBe(true);
  }, 60_000);

  it('are noticed at the start where they are wrong: one line, and no api', async () => {
    const child = spawn(process.execPath, [resolve('apps/api/dist/main.js')], {
      env: {
        PATH: process.env['PATH'] ?? '',
        DATABASE_URL: system.database.url,
        AMQP_URL: system.broker.serviceUrl,
        BERTH_API_KEY: system.api.key,
        BERTH_ENCRYPTION_KEY_COMMAND: `printf %s ${oldKey}`,
        BERTH_STORAGE_DIR: system.storage,
        BERTH_HTTP_PORT: String(await freePort()),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toEqual([
      expect.stringMatching(
        /^api: BERTH_ENCRYPTION_KEY is not the key of this database: .* BERTH_OLD_ENCRYPTION_KEY/,
      ),
    ]);
    expect(out + err).not.toContain(oldKey);
  }, 90_000);
});
