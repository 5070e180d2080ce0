import { describe, expect, it } from '@jest/globals';
import { taskEnvironment, type TaskEnvironment } from './task-environment.js';

const task = (parts: Partial<TaskEnvironment> = {}): TaskEnvironment => ({
  run: { taskId: 'task-1', attempt: 2, workspace: 'network' },
  agentEnv: {},
  passThrough: [],
  directory: '/paths/task-1',
  home: '/slots/1/home',
  tmpDir: '/slots/1/tmp',
  cliConfigFile: null,
  stateAddress: 'http://127.0.0.1:10240/door',
  variables: [],
  ...parts,
});

describe('taskEnvironment', () => {
  it('takes of the agent only what is on the list', () => {
    const environment = taskEnvironment(
      task({
        agentEnv: {
          PATH: '/bin',
          LANG: 'C.UTF-8',
          LC_ALL: 'C',
          TZ: 'UTC',
          HTTPS_PROXY: 'http://proxy',
          no_proxy: 'localhost',
          SSL_CERT_FILE: '/certs',
          HOME: '/root',
          TMPDIR: '/tmp',
          TF_CLI_CONFIG_FILE: '/home-of-the-agent/.terraformrc',
          TF_LOG: 'trace',
          AMQP_URL: 'SECRET',
          BERTH_API_KEY: 'SECRET',
          AWS_ROLE_ARN: 'role',
        },
        passThrough: ['AWS_ROLE_ARN'],
      }),
    );

    expect(environment).toEqual({
      PATH: '/bin',
      LANG: 'C.UTF-8',
      LC_ALL: 'C',
      TZ: 'UTC',
      HTTPS_PROXY: 'http://proxy',
      no_proxy: 'localhost',
      SSL_CERT_FILE: '/certs',
      AWS_ROLE_ARN: 'role',
      HOME: '/slots/1/home',
      PWD: '/paths/task-1',
      TMPDIR: '/slots/1/tmp',
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
      NO_COLOR: '1',
      BERTH_TASK_ID: 'task-1',
      BERTH_TASK_ATTEMPT: '2',
      BERTH_WORKSPACE: 'network',
      TF_HTTP_ADDRESS: 'http://127.0.0.1:10240/door',
      TF_HTTP_LOCK_ADDRESS: 'http://127.0.0.1:10240/door',
      TF_HTTP_UNLOCK_ADDRESS: 'http://127.0.0.1:10240/door',
      TF_HTTP_RETRY_MAX: '8',
    });
  });

  it("sets the agent's configuration of the command line, and the task's variables", () => {
    expect(
      taskEnvironment(
        task({
          cliConfigFile: '/etc/berth/terraform.rc',
          variables: [{ key: 'AWS_REGION', value: 'eu-west-1' }],
        }),
      ),
    ).toMatchObject({ TF_CLI_CONFIG_FILE: '/etc/berth/terraform.rc', AWS_REGION: 'eu-west-1' });
  });

  it('refuses a variable that would take the run over, without telling its value', () => {
    expect(() => taskEnvironment(task({ variables: [{ key: 'LD_PRELOAD', value: 'SECRET' }] }))).toThrow(
      expect.objectContaining({ code: 'VARIABLE_FORBIDDEN', message: expect.not.stringContaining('SECRET') }),
    );
    expect(() => taskEnvironment(task({ variables: [{ key: 'A', value: 'SECRET\0' }] }))).toThrow(
      expect.objectContaining({ code: 'VARIABLE_INVALID', message: expect.not.stringContaining('SECRET') }),
    );
  });
});
