import { forbiddenVariable } from '@berth/domain';
import { TaskFailure } from '../failures/task-failure.js';
import { inheritedEnvironment } from '../processes/inherited-environment.js';

export interface TaskEnvironment {
  /** What a provisioner or an external program may want to know of its run. */
  readonly run: { readonly taskId: string; readonly attempt: number; readonly workspace: string };
  /** The agent's own environment, from which only a list of names is taken. */
  readonly agentEnv: Readonly<Record<string, string | undefined>>;
  /** Names that this agent's settings add to the list, such as those of a cloud identity of the pod. */
  readonly passThrough: readonly string[];
  /** Where it runs, as `path.cwd` is to say it. */
  readonly directory: string;
  readonly home: string;
  readonly tmpDir: string;
  readonly cliConfigFile: string | null;
  /** Where terraform's http backend finds the state: at a door that knows it, and shows nobody what opens it. */
  readonly stateAddress: string;
  readonly variables: readonly { readonly key: string; readonly value: string }[];
}

/**
 * The backend waits 1, 2, 4 … 30 s between its tries, so eight are about two minutes: an api that is being
 * replaced must not cost an apply its state. The default, two, gives up after three seconds.
 */
const STATE_RETRIES = '8';

/** The whole environment of a run's processes. The agent's own secrets are not in it. */
export function taskEnvironment(task: TaskEnvironment): Record<string, string> {
  return {
    ...inheritedEnvironment(task.agentEnv, task.passThrough),
    ...Object.fromEntries(task.variables.map(checked)),
    HOME: task.home,
    PWD: task.directory,
    TMPDIR: task.tmpDir,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    NO_COLOR: '1',
    BERTH_TASK_ID: task.run.taskId,
    BERTH_TASK_ATTEMPT: String(task.run.attempt),
    BERTH_WORKSPACE: task.run.workspace,
    ...(task.cliConfigFile === null ? {} : { TF_CLI_CONFIG_FILE: task.cliConfigFile }),
    TF_HTTP_ADDRESS: task.stateAddress,
    TF_HTTP_LOCK_ADDRESS: task.stateAddress,
    TF_HTTP_UNLOCK_ADDRESS: task.stateAddress,
    TF_HTTP_RETRY_MAX: STATE_RETRIES,
  };
}

function checked({ key, value }: { key: string; value: string }): [string, string] {
  const reason = forbiddenVariable(key);
  if (reason !== null) {
    throw TaskFailure.permanent(
      'VARIABLE_FORBIDDEN',
      `The environment variable ${JSON.stringify(key)} cannot be set for a run: ${reason}. Remove it from the workspace or its variable set.`,
    );
  }
  if (value.includes('\0')) {
    throw TaskFailure.permanent(
      'VARIABLE_INVALID',
      `The value of the environment variable ${key} holds a NUL character, which no process can be given.`,
    );
  }
  return [key, value];
}
