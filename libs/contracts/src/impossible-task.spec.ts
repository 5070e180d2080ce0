import { describe, expect, it } from '@jest/globals';
import { CreateTask, CreateTaskOrBuild } from './tasks.js';

const X = 'terraform_data.x';
type Asked = Readonly<Record<string, unknown>>;

/** The fields that are refused. */
function refused(asked: Asked): string[] {
  const plan = asked['operation'] === 'apply' ? { planTaskId: 'p' } : {};
  const parsed = CreateTask.safeParse({ workspaceId: 'w', ...plan, ...asked });
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
}

describe('a new task', () => {
  it.each<[Asked, string[]]>([
    [{ operation: 'plan', refreshOnly: true, replace: [X] }, ['replace']],
    [{ operation: 'plan_and_apply', refreshOnly: true, replace: [X] }, ['replace']],
    [{ operation: 'destroy', refreshOnly: true }, ['refreshOnly']],
    [{ operation: 'destroy', replace: [X] }, ['replace']],
    [{ operation: 'destroy', refreshOnly: true, replace: [X] }, ['replace', 'replace', 'refreshOnly']],
    [{ operation: 'apply', targets: [X] }, ['targets']],
    [{ operation: 'apply', replace: [X] }, ['replace']],
    [{ operation: 'apply', refreshOnly: true }, ['refreshOnly']],
    [{ operation: 'apply', autoApply: false }, ['autoApply']],
    [{ operation: 'apply', configurationId: 'c' }, ['configurationId']],
  ])('that contradicts itself is refused with the field: %j', (asked, fields) => {
    expect(refused(asked)).toEqual(fields);
  });

  it.each<Asked>([
    { operation: 'plan', refreshOnly: true, targets: [X] },
    { operation: 'plan', autoApply: false },
    { operation: 'plan', autoApply: true },
    { operation: 'plan_and_apply', targets: [X], replace: [X], autoApply: true },
    { operation: 'plan_and_apply', refreshOnly: true, autoApply: true },
    { operation: 'destroy', targets: [X], autoApply: true },
    { operation: 'destroy', replace: [], refreshOnly: false },
    { operation: 'apply', autoApply: true },
    { operation: 'apply', targets: [], replace: [], refreshOnly: false },
  ])('that terraform can do is taken: %j', (asked) => {
    expect(refused(asked)).toEqual([]);
  });

  it('is refused in the same way where builds are taken too', () => {
    const asked = { workspaceId: 'w', operation: 'destroy', refreshOnly: true };

    expect(CreateTaskOrBuild.safeParse(asked).success).toBe(false);
  });
});
