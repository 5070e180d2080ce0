import type { Task } from '@berth/contracts';
import { keepDeadLetter } from '@berth/persistence';
import { tarGz } from '../support/api-caller.js';
import { BuildFleet } from '../support/build-fleet.js';
import type { Town } from './town.js';

/** A build that agents have run, one that they run, and some that wait for workers. */
export async function build({ system, crew, organizationId }: Town): Promise<{ built: Task }> {
  const { chiara } = crew.by;
  const source = await chiara.expect<{ id: string }>(
    'POST',
    '/api/v1/sources',
    await tarGz({
      'build.sh':
        'mkdir -p out\nfor n in 1 2 3; do echo "compiled part $n of 3"; done\necho done > out/site.tar\n',
    }),
    { 'content-type': 'application/gzip' },
  );
  const { id } = await chiara.expect<Task>('POST', '/api/v1/tasks', {
    kind: 'build',
    message: 'Site for version 2.14',
    sourceId: source.id,
    steps: [
      { name: 'compile', run: 'sh build.sh' },
      { name: 'test', run: 'sleep 1.4; echo "212 tests passed"' },
      { name: 'package', run: 'cp out/site.tar out/site-2.14.tar' },
    ],
    artifacts: ['out/**'],
  });
  const built = await system.api.reaches(id, 'succeeded');
  await chiara.expect('POST', '/api/v1/tasks', {
    kind: 'build',
    message: 'Nightly checks',
    steps: [
      { name: 'fetch', run: 'echo fetched' },
      { name: 'check', run: 'echo checking; sleep 3000' },
    ],
  });
  const fleet = new BuildFleet(system.database.database, organizationId);
  await fleet.worker('mac-mini-1', { platforms: ['ios'], none: true });
  await fleet.worker('linux-7', { platforms: ['android'], atOnce: 2, none: true });
  for (const platform of ['ios', 'ios', 'android']) {
    await fleet.build(platform);
  }
  return { built };
}

/** Messages that nobody could handle. */
export async function loseMessages({ system }: Town, about: Task): Promise<void> {
  const letters = [
    {
      source: 'berth.events',
      messageType: 'task.finished',
      reason: 'no reader knows version 3 of task.finished',
      body: { taskId: about.id, attempt: about.attempt, version: 3 },
    },
    {
      source: 'agent.agent-2',
      messageType: 'task.assigned',
      reason: 'refused 5 times: DISK_FULL, 212 MB are free and 500 are needed',
      body: { taskId: about.id, attempt: about.attempt, slotId: 2, phase: 'plan' },
    },
  ];
  for (const [n, { body, ...letter }] of letters.entries()) {
    const content = Buffer.from(JSON.stringify(body));
    await keepDeadLetter(
      system.database.database,
      {
        ...letter,
        messageId: `message-${n}`,
        routingKey: letter.messageType,
        content,
        sizeBytes: content.length,
        headers: {},
        firstAt: new Date(Date.now() - 3_600_000 * (n + 1)),
      },
      { taskId: about.id, attempt: about.attempt, agentId: null },
    );
  }
}
