/** What a person asks of a new task, as far as it can contradict itself. */
export interface AskedTask {
  readonly operation: 'plan' | 'plan_and_apply' | 'apply' | 'destroy';
  readonly configurationId?: string | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly replace?: readonly string[] | undefined;
  readonly refreshOnly?: boolean | undefined;
  readonly autoApply?: boolean | undefined;
  readonly variables?: readonly unknown[] | undefined;
}

export interface Contradiction {
  readonly field: keyof AskedTask;
  /** What the field must be, or with what it cannot be. */
  readonly error: string;
}

/**
 * What terraform would refuse for certain after a slot, an init and a minute, or would not look at, so that something
 * else than what was asked for would be done. The same as terraform: a refresh may have targets, and so may a destroy.
 */
export function contradictions(task: AskedTask): Contradiction[] {
  return task.operation === 'apply' ? ofSavedPlan(task) : ofPlan(task);
}

function ofSavedPlan(task: AskedTask): Contradiction[] {
  const error = (what: string): string =>
    `cannot be given for operation "apply": it applies the plan of planTaskId, ${what}`;
  return [
    ...when((task.targets ?? []).length > 0, 'targets', error('whose targets stand')),
    ...when((task.replace ?? []).length > 0, 'replace', error('where it stands what is replaced')),
    ...when(task.refreshOnly === true, 'refreshOnly', error('which says whether it only refreshes')),
    ...when(
      task.autoApply === false,
      'autoApply',
      'cannot be false for operation "apply": queueing it is the confirmation',
    ),
    ...when((task.variables ?? []).length > 0, 'variables', error('made with its variables')),
    ...when(task.configurationId !== undefined, 'configurationId', error('made of its configuration')),
  ];
}

function ofPlan({ operation, replace = [], refreshOnly }: AskedTask): Contradiction[] {
  const destroys = operation === 'destroy';
  return [
    ...when(
      replace.length > 0 && refreshOnly === true,
      'replace',
      'cannot be given with refreshOnly: a refresh replaces nothing',
    ),
    ...when(
      replace.length > 0 && destroys,
      'replace',
      'cannot be given for operation "destroy": what is destroyed is not made again',
    ),
    ...when(
      refreshOnly === true && destroys,
      'refreshOnly',
      'cannot be given for operation "destroy": a refresh destroys nothing',
    ),
  ];
}

function when(is: boolean, field: keyof AskedTask, error: string): Contradiction[] {
  return is ? [{ field, error }] : [];
}
