import type { Sql } from '@berth/persistence';

/** A step of PostgreSQL's plan for a statement. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Subplan Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** All steps of its plan for these values; for any values where `options` says `generic_plan`. */
export async function planNodes(
  sql: Pick<Sql, 'rows'>,
  statement: string,
  params: readonly unknown[] = [],
  options: 'generic_plan' | null = null,
): Promise<PlanNode[]> {
  const [row] = await sql.rows<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (${options === null ? '' : `${options}, `}format json) ${statement}`,
    params,
  );
  return row === undefined ? [] : withInner(row['QUERY PLAN'][0].Plan);
}

/** A step and all below it. */
export function withInner(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(withInner)];
}
