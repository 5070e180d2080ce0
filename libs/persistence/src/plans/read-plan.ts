import type { Database } from '../database.js';
import { PlanRow } from '../entities/index.js';

/** What is stored of the task's plan, without its file and its snapshot. */
export async function readPlan(database: Database, taskId: string): Promise<PlanRow | null> {
  return database.repository(PlanRow).findOneBy({ taskId });
}
