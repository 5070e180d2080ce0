import { MESSAGES, type MessageOf } from '@berth/contracts';
import { BareAgent, type BareAgentOptions } from '../../test/support/bare-agent.js';
import { LeanCaller } from './lean-caller.js';

export type Assigned = MessageOf<'task.assigned'>;

/** What a simulated agent does with what it is given. */
export type Doing = (agent: BareAgent, message: Assigned) => Promise<void>;

/** Agents that speak as real ones do, each on a connection of its own, and run nothing. All are in this process. */
export async function simulatedAgents(
  platform: Pick<BareAgentOptions, 'apiUrl' | 'amqpUrl' | 'agentToken'>,
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
      const agent = await BareAgent.connect({
        ...platform,
        agentId: `${name}-${n}`,
        slots,
        callsBy: LeanCaller,
      });
      await agent.openQueue();
      await agent.consume(
        (message) => {
          // One that is closed in the middle of something cannot say any more what became of it.
          doing(agent, message).catch((error: unknown) => {
            console.error(`${agent.agentId}: ${String(error)}`);
          });
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
    console.error(`an accept of a ${message.phase} was answered with ${status}`);
  }
  return status === 200;
}

/** The plan is made, says the agent: it has changes where a plan is stored, of this hash. */
export function sayPlanned(agent: BareAgent, message: Assigned, planHash: string | null): void {
  const { taskId, attempt, slotId } = message;
  const { agentId, podName } = agent;
  const type = 'task.plan_finished';
  const plan = MESSAGES[type].schema.parse(MESSAGES[type].sample);
  const hash = planHash === null ? {} : { planHash };
  agent.say(type, {
    ...plan,
    ...hash,
    hasChanges: planHash !== null,
    taskId,
    attempt,
    slotId,
    agentId,
    podName,
  });
}

/** What an agent says of a run that has come to its end. */
export function sayEnded(
  agent: BareAgent,
  type: 'task.finished' | 'task.failed',
  { taskId, attempt }: Pick<Assigned, 'taskId' | 'attempt'>,
): void {
  const of = { taskId, attempt, agentId: agent.agentId, podName: agent.podName };
  if (type === 'task.finished') {
    agent.say(type, { ...MESSAGES[type].schema.parse(MESSAGES[type].sample), ...of });
  } else {
    agent.say(type, { ...MESSAGES[type].schema.parse(MESSAGES[type].sample), ...of, stopped: true });
  }
}

/** Accepts what it is given, and says at once that there is nothing to change. */
export const plansNothing: Doing = async (agent, message) => {
  if (await accepted(agent, message)) {
    sayPlanned(agent, message, null);
  }
};
