import { useQuery } from '@tanstack/react-query';
import { Card } from '../design/surface.js';
import type { Run } from '../runs/queries.js';
import { useMay, useSession } from '../session/session.js';
import { OutputsTable } from '../workspaces/outputs-table.js';
import { stateQuery } from '../workspaces/queries.js';

/** The outputs of the state that this run has written, as long as that is the newest one. */
export function RunOutputs({ run }: { readonly run: Run }) {
  const { client } = useSession();
  const may = useMay();
  const applied = run.status === 'succeeded' && run.phase === 'apply' && run.workspace !== null;
  const place = run.workspace ?? undefined;
  const { data } = useQuery({
    ...stateQuery(client, run.workspace?.id ?? ''),
    enabled: applied && may('outputs:read', place),
  });
  if (!applied || data === undefined || data.taskId !== run.id) {
    return null;
  }
  return (
    <Card title="Outputs" flush>
      <OutputsTable outputs={data.outputs} />
    </Card>
  );
}
