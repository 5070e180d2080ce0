import { useQuery } from '@tanstack/react-query';
import { DataTable } from '../design/data-table.js';
import { Card, Empty } from '../design/surface.js';
import { sizeInWords } from '../design/size.js';
import { useSession } from '../session/session.js';

/** What a build has made, to be downloaded. */
export function Artifacts({ taskId, isOver }: { readonly taskId: string; readonly isOver: boolean }) {
  const { client } = useSession();
  const artifacts = useQuery({
    queryKey: ['task', taskId, 'artifacts', isOver],
    queryFn: async ({ signal }) =>
      (await client.get('/api/v1/tasks/{id}/artifacts', { params: { path: { id: taskId } }, signal })).items,
  });
  return (
    <Card title="Artifacts" flush>
      <DataTable
        query={artifacts}
        keyOf={({ id }) => id}
        empty={<Empty title={isOver ? 'It has made no artifacts' : 'There are none yet'} />}
        columns={[
          {
            name: 'File',
            cell: ({ id, path }) => (
              <a href={`/api/v1/tasks/${taskId}/artifacts/${id}`} download={path.split('/').at(-1)}>
                {path}
              </a>
            ),
          },
          { name: 'Size', cell: ({ sizeBytes }) => sizeInWords(sizeBytes) },
          { name: 'SHA-256', cell: ({ sha256 }) => <code>{sha256.slice(0, 16)}…</code> },
        ]}
      />
    </Card>
  );
}
