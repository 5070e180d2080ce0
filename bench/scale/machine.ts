import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Client } from 'pg';

/** Where and with what the tables were measured, as a line above them. */
export async function machine(databaseUrl: string): Promise<string> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ version: string }>(
    "select current_setting('server_version') as version",
  );
  await client.end();
  const system = /^PRETTY_NAME="(.*)"$/m.exec(await readFile('/etc/os-release', 'utf8').catch(() => ''))?.[1];
  const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const month = new Date().toLocaleDateString('en', { month: 'long', year: 'numeric' });
  return [
    month,
    `${availableParallelism()} cores`,
    system ?? process.platform,
    `Node ${process.versions.node}`,
    `PostgreSQL ${rows[0]?.version ?? ''} with \`fsync\``,
    ...['graphile-worker', 'pg-boss'].map((name) => `${name} ${devDependencies[name] ?? ''}`),
  ].join(', ');
}
