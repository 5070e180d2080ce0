import type { BuildAssignment, TaskAssignment } from '@berth/contracts';
import { valuesOfVariables } from '@berth/masking';
import type { ApiClient } from '../api/api-client.js';
import type { AgentEnv } from '../env.js';
import { secretsOf } from '../git/git-environment.js';
import type { Voice } from '../session/voice.js';

/** Of what an agent lets runs see: what the name of a variable says to be a secret. */
const SECRET_NAME = /pass|secret|token|key|credential/i;

/** What a run is given and nobody is to read. */
export function valuesOfTask(assignment: TaskAssignment): string[] {
  const { variables, source, stateToken, digestKey, identityTokens } = assignment;
  return [
    ...valuesOfVariables(variables),
    ...secretsOf(source?.token ?? null),
    stateToken,
    ...identityTokens.map(({ token }) => token),
    ...(digestKey === null ? [] : [digestKey]),
  ];
}

/** A step's environment may hold secrets, and it is not said in which: the api seals all of it. */
export function valuesOfBuild({ steps }: BuildAssignment): string[] {
  return steps.flatMap(({ environment = {} }) => Object.values(environment));
}

/** The agent's own, which a run can read where nothing keeps it from that. */
export function ownValues(
  env: AgentEnv,
  api: ApiClient,
  voice: Voice,
  agentEnv: Readonly<Record<string, string | undefined>>,
): string[] {
  const passed = env.BERTH_PASS_THROUGH.filter((name) => SECRET_NAME.test(name)).map(
    (name) => agentEnv[name],
  );
  const { password } = new URL(env.AMQP_URL);
  const session = voice.present?.login?.password;
  return [
    ...api.tokens,
    voice.agentSecret,
    session,
    password,
    decodeURIComponent(password),
    ...passed,
  ].filter((one) => one !== undefined);
}
