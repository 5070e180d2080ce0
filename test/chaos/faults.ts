import { join } from 'node:path';
import type { Member } from './member.js';
import type { Random } from './random.js';
import type { World } from './world.js';

/** Waits, and ends early where the run is over. */
export type Pause = (ms: number) => Promise<void>;

export interface Fault {
  readonly name: string;
  readonly weight: number;
  /** Breaks something for a while and mends it; false where there is nothing free to break now. */
  act(world: World, random: Random, pause: Pause): Promise<boolean>;
}

const SERVICES = ['api', 'registry', 'scheduler', 'agent'] as const;

/** Everything that the system has to live through. Lengths lie on both sides of every limit in the world's pace. */
export const FAULTS: readonly Fault[] = [
  killed('agent killed', 6, ['agent'], 12_000),
  killed('scheduler killed', 3, ['scheduler'], 10_000),
  killed('registry killed', 3, ['registry'], 10_000),
  killed('api killed', 3, ['api'], 8_000),
  onMember('agent gone with its pod', 2, ['agent'], async (agent, random, pause, world) => {
    await agent.down('SIGKILL');
    const generation = random.between(1, 1_000_000);
    agent.resettle({
      BERTH_POD_NAME: `${agent.name}-pod-${generation}`,
      BERTH_AGENT_HOME: join(world.home, `${agent.name}-${generation}`),
    });
    await pause(random.between(200, 10_000));
    agent.allowUp();
  }),
  onMember('agent stopped', 2, ['agent'], async (agent, random, pause) => {
    await agent.down('SIGTERM');
    await pause(random.between(0, 5_000));
    agent.allowUp();
  }),
  onMember('process frozen', 5, SERVICES, async ({ process }, random, pause) => {
    process.signal('SIGSTOP');
    await pause(random.between(1_000, 15_000));
    process.signal('SIGCONT');
  }),
  onMember('line cut', 5, SERVICES, async ({ lines }, random) => {
    random.pick(Object.values(lines)).cut();
  }),
  onMember('line refused', 3, SERVICES, async ({ lines }, random, pause) => {
    const line = random.pick(Object.values(lines));
    line.refuse();
    await pause(random.between(500, 12_000));
    line.mend();
  }),
  onMember('line half-open', 6, SERVICES, async ({ lines }, random, pause) => {
    const line = random.pick(Object.values(lines));
    line.silence(random.pick(['both', 'towardsServer', 'towardsClient']));
    await pause(random.between(1_000, 20_000));
    line.mend();
  }),
  onServer('database backends killed', 2, 'database', async (world) => world.terminateBackends()),
  onServer('database crashed', 1, 'database', async (world, random, pause) =>
    world.crashPostgres(random.between(0, 10_000), pause),
  ),
  onServer('broker connections closed', 2, 'broker', async (world) => world.closeConnections()),
  onServer('broker crashed', 1, 'broker', async (world, random, pause) =>
    world.crashRabbitmq(random.between(0, 8_000), pause),
  ),
  onServer('broker blocked', 2, 'broker', async (world, random, pause) => {
    try {
      await world.control('set_vm_memory_high_watermark', '0');
      await pause(random.between(2_000, 15_000));
      await world.control('set_vm_memory_high_watermark', '0.4');
    } catch (error) {
      // The call was seen to hang for minutes while the broker went on; whether it is blocked is unknown then.
      process.stderr.write(`chaos: the broker starts anew, because of ${String(error)}\n`);
      await world.crashRabbitmq(0, pause);
    }
  }),
];

function killed(name: string, weight: number, roles: readonly Member['role'][], longestMs: number): Fault {
  return onMember(name, weight, roles, async (member, random, pause) => {
    await member.down('SIGKILL');
    await pause(random.between(0, longestMs));
    member.allowUp();
  });
}

function onMember(
  name: string,
  weight: number,
  roles: readonly Member['role'][],
  harm: (member: Member, random: Random, pause: Pause, world: World) => Promise<void>,
): Fault {
  return {
    name,
    weight,
    act: async (world, random, pause) => {
      const free = world.of(...roles).filter(({ isTaken, process }) => !isTaken && process.isRunning);
      if (free.length === 0) {
        return false;
      }
      const member = random.pick(free);
      member.isTaken = true;
      try {
        await harm(member, random, pause, world);
      } finally {
        member.isTaken = false;
      }
      return true;
    },
  };
}

function onServer(
  name: string,
  weight: number,
  server: keyof World['taken'],
  harm: (world: World, random: Random, pause: Pause) => Promise<void>,
): Fault {
  return {
    name,
    weight,
    act: async (world, random, pause) => {
      if (world.taken[server]) {
        return false;
      }
      world.taken[server] = true;
      try {
        await harm(world, random, pause);
      } finally {
        world.taken[server] = false;
      }
      return true;
    },
  };
}
