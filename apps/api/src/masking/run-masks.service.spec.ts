import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Database, SealedSecrets } from '@berth/persistence';
import { freshBox } from '../secrets/fresh-box.js';
import { GIT_TOKEN_SEAL, PLAN_INPUTS_SEAL, STEPS_SEAL } from '../secrets/seals.js';
import type { VariablesService } from '../variables/variables.service.js';
import { RunMasks } from './run-masks.service.js';

const box = freshBox();
const NOTHING: SealedSecrets = {
  workspaceId: null,
  inputs: null,
  gitToken: null,
  steps: null,
  certPasswords: null,
};

const sealed = (seal: string, value: unknown): Buffer =>
  box.seal(seal, Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const variable = (value: string) => ({ key: 'v', value, category: 'terraform', sensitive: true, hcl: false });
const inputs = (...values: string[]): Buffer =>
  sealed(PLAN_INPUTS_SEAL, {
    workingDirectory: '',
    engine: 'terraform',
    engineVersion: null,
    variables: values.map(variable),
    targets: [],
    replace: [],
    refreshOnly: false,
  });

describe('the masks of runs', () => {
  let secrets: SealedSecrets;
  let opened: number;
  let masks: RunMasks;

  beforeEach(() => {
    opened = 0;
    const database = {
      rows: async () => {
        opened += 1;
        return Promise.resolve([secrets]);
      },
    } as unknown as Database;
    const variables = { ofRun: async () => Promise.resolve([variable('as it is now')]) };
    masks = new RunMasks(database, box, variables as unknown as VariablesService);
  });

  it('hide what a run was given, and the token of its source', async () => {
    secrets = {
      ...NOTHING,
      workspaceId: randomUUID(),
      inputs: inputs('as it was then'),
      gitToken: sealed(GIT_TOKEN_SEAL, 'user:the-token'),
    };
    const mask = await masks.of(randomUUID(), 1);
    expect(mask.text('as it was then, as it is now, the-token')).toBe('***, as it is now, ***');
  });

  it('hide what the workspace has now where that is not kept any more', async () => {
    secrets = { ...NOTHING, workspaceId: randomUUID() };
    expect((await masks.of(randomUUID(), 1)).text('as it is now')).toBe('***');
  });

  it('hide the environment of a build', async () => {
    secrets = { ...NOTHING, steps: sealed(STEPS_SEAL, [{ run: 'x' }, { environment: { A: 'its secret' } }]) };
    expect((await masks.ofBuild(randomUUID())).text('its secret')).toBe('***');
  });

  it('are opened once for each attempt, and again where others have taken their room', async () => {
    const taskId = randomUUID();
    secrets = { ...NOTHING, inputs: inputs('the secret') };
    await masks.of(taskId, 1);
    await masks.of(taskId, 1);
    expect(opened).toBe(1);
    await masks.of(taskId, 2);
    expect(opened).toBe(2);

    secrets = { ...NOTHING, inputs: inputs('x'.repeat(299_985)) };
    await masks.of(randomUUID(), 1);
    await masks.of(taskId, 2);
    expect(opened).toBe(3);
    await masks.of(taskId, 1);
    expect(opened).toBe(4);
  });
});
