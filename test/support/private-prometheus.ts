import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@berth/private-servers';
import type { PrometheusPrograms } from './prometheus.js';
import { REPOSITORY } from './repository-file.js';
import { waitFor } from './wait-for.js';

/** What Prometheus is to read, by the name of the job. */
export type Targets = Readonly<Record<string, readonly string[]>>;

/** A Prometheus of the test's own, which reads its services every second and knows the rules of docker/prometheus. */
export class PrivatePrometheus {
  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  static async start({ prometheus, env }: PrometheusPrograms, targets: Targets): Promise<PrivatePrometheus> {
    const home = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'prometheus-'));
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: ['recording', 'alerts'].map((name) => join(REPOSITORY, `docker/prometheus/${name}.yml`)),
      scrape_configs: Object.entries(targets).map(([job, hosts]) => ({
        job_name: job,
        static_configs: [{ targets: hosts }],
      })),
    };
    // JSON is YAML as well.
    await writeFile(join(home, 'prometheus.yml'), JSON.stringify(config));
    const port = await freePort();
    const child = spawn(
      prometheus,
      [
        `--config.file=${join(home, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(home, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      { env, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const server = new PrivatePrometheus(child, `http://127.0.0.1:${port}`);
    await waitFor('Prometheus to be ready', async () => {
      const answer = await fetch(`${server.url}/-/ready`, { signal: AbortSignal.timeout(2_000) }).catch(
        () => null,
      );
      return answer?.ok;
    });
    return server;
  }

  /** How many series the query gives now. @throws Error where Prometheus does not understand it */
  async seriesOf(query: string): Promise<number> {
    const answer = await fetch(`${this.url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query }),
      signal: AbortSignal.timeout(10_000),
    });
    const body = (await answer.json()) as { error?: string; data?: { result: unknown[] } };
    if (body.data === undefined) {
      throw new Error(`${query}: ${String(body.error)}`);
    }
    return body.data.result.length;
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGTERM');
    await ended;
  }
}
