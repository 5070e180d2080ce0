import { MESSAGES, type MessageOf } from '@berth/contracts';
import { BareAgent } from '../../test/support/bare-agent.js';
import type { BuildPlatform } from '../build-platform.js';

export type Assigned = MessageOf<'task.assigned'>;

/** What a simulated agent does with what it is given. */
export type Doing = (agent: BareAgent, message: Assigned) => void;

/** Agents that speak as real ones do, each on a connection of its own, and run nothing. All are in this process. */
export async function simulatedAgents(
  platform: BuildPlatform,
  {
    count,
    slots,
    name = 'simulated',
    beatMs,
  }: { count: number; slots: number; name?: string; beatMs?: number },
  doing: Doing,
  stopping?: (agent: BareAgent, message: MessageOf<'task.stop'>) => void,
): Promise<BareAgent[]> {
  const agents: BareAgent[] = [];
  let next = 0;
  const opener = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) {
      const agent = await BareAgent.connect({ ...platform, agentId: `${name}-${n}`, slots });
      await agent.openQueue();
      await agent.consume(
        (message) => {
          doing(agent, message);
        },
        (message) => stopping?.(agent, message),
      );
      await agent.register(slots);
      agent.keepBeating(beatMs);
      agents.push(agent);
    }
  };
  await Promise.all(Array.from({ length: 8 }, opener));
  return agents;
}

/** Accepts over HTTP; false, and said so, where the api does not want it. */
export async function accepted(agent: BareAgent, message: Assigned): Promise<boolean> {
  const { status } = await agent.accept(message);
  if (status !== 200) {
    console.log(`an accept of a ${message.phase} was answered with ${status}`);
  }
  return status === 200;
}

/** The plan is made, says the agent. */
export function sayPlanned(agent: BareAgent, message: Assigned, hasChanges: boolean): void {
  const { taskId, attempt, slotId } = message;
  const { agentId, podName } = agent;
  const type = 'task.plan_finished';
  const plan = MESSAGES[type].schema.parse(MESSAGES[type].sample);
  agent.say(type, { ...plan, hasChanges, taskId, attempt, slotId, agentId, podName });
}

/** Accepts what it is given, and says at once that there is nothing to change. */
export const plansNothing: Doing = (agent, message) => {
  void accepted(agent, message).then((isOurs) => {
    if (isOurs) {
      sayPlanned(agent, message, false);
    }
  });
};
