import * as verbs from '@berth/persistence';
import { speakerOf } from './speakers.js';

type Word = { readonly taskId: string; readonly by: verbs.Speaker | null };

/** The verb, spoken by the session that has the task now. */
function byItsAgent<W extends Word, More extends unknown[], R>(
  verb: (database: verbs.Database, word: W, ...more: More) => Promise<R>,
) {
  return async (database: verbs.Database, word: Omit<W, 'by'>, ...more: More): Promise<R> => {
    const by = await speakerOf(database, word.taskId);
    return verb(database, { ...word, by } as W, ...more);
  };
}

/** The word is taken by itself. */
function taken<W extends Word, More extends unknown[]>(word: (said: W, ...more: More) => verbs.Word) {
  return async (database: verbs.Database, said: W, ...more: More): Promise<verbs.TaskRow | null> =>
    verbs.takeWord(database, word(said, ...more));
}

/** The verbs that move a task by an agent's word, for tests that say who speaks nowhere else. */
export const finishPlan = byItsAgent(taken(verbs.planFinished));
export const finishTask = byItsAgent(taken(verbs.workFinished));
export const reportFailure = byItsAgent(taken(verbs.workFailed));
export const refuseTask = byItsAgent(taken(verbs.taskRefused));
export const recordLateResult = byItsAgent(verbs.recordLateResult);
export const recordProgress = byItsAgent<verbs.Progress, [], boolean>(verbs.recordProgress);
export const recordObservations = byItsAgent<verbs.Observations, [], boolean>(verbs.recordObservations);
export const appendLog = byItsAgent(verbs.appendLog);
export const storePlanFile = byItsAgent(verbs.storePlanFile);
export const describePlan = byItsAgent(verbs.describePlan);
export const storeFetchedConfiguration = byItsAgent(verbs.storeFetchedConfiguration);
