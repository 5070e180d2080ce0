import { TasksAndSlots1763640000001 } from './0001-tasks-and-slots.js';

/** In order. A migration that has been released is never edited. */
export const MIGRATIONS = [TasksAndSlots1763640000001];
