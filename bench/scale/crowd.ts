import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BareAgentOptions } from '../../test/support/bare-agent.js';

export interface CrowdOptions extends Pick<BareAgentOptions, 'apiUrl' | 'amqpUrl' | 'agentToken'> {
  readonly agents: number;
  readonly slots: number;
}

export interface Crowd {
  /** Milliseconds that a plan takes from now on, as the mean. */
  plansTake(ms: number): void;
  stop(): Promise<void>;
}

/** Simulated agents that work off a queue, in a process of their own: what they are busy with keeps nobody here. */
export async function startCrowd(options: CrowdOptions): Promise<Crowd> {
  const child = fork(join(import.meta.dirname, 'crowd-process.js'), [JSON.stringify(options)]);
  const ended = once(child, 'exit');
  await Promise.race([
    once(child, 'message'),
    ended.then(() => {
      throw new Error('the process of the crowd has ended');
    }),
  ]);
  return {
    plansTake: (ms) => {
      child.send(ms);
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
