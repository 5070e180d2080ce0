import { useQuery } from '@tanstack/react-query';
import { Button } from '../design/button.js';
import { Card, Empty, problemInWords } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { Table } from '../design/data-table.js';
import { useAct } from '../design/use-act.js';
import { useMay, useSession } from '../session/session.js';
import { allPages, WHOLE_PAGE } from '../session/all-pages.js';
import { variableSetsQuery, type Workspace } from './queries.js';

/** The variable sets of the organization, and which of them this workspace has. */
export function VariableSetsOf({ workspace }: { readonly workspace: Workspace }) {
  const { client } = useSession();
  const may = useMay();
  const maySee = may('variables:read');
  const { data: sets = [] } = useQuery({ ...variableSetsQuery(client), enabled: maySee });
  const own = useQuery({
    queryKey: ['workspaces', 'one', workspace.id, 'variable-sets', sets.map(({ id }) => id)],
    queryFn: async () => {
      const assigned = await Promise.all(
        sets
          .filter(({ global }) => !global)
          .map(async ({ id }) => {
            const members = await allPages(async (cursor) =>
              client.get('/api/v1/variable-sets/{variableSet}/workspaces', {
                params: { path: { variableSet: id }, query: { ...cursor, limit: WHOLE_PAGE } },
              }),
            );
            return members.some((each) => each.id === workspace.id) ? [id] : [];
          }),
      );
      return assigned.flat();
    },
    enabled: sets.length > 0,
  });
  const turn = useAct(
    async ({ id, on }: { id: string; on: boolean }): Promise<void> => {
      const params = { path: { variableSet: id, workspace: workspace.id } };
      if (on) {
        await client.put('/api/v1/variable-sets/{variableSet}/workspaces/{workspace}', { params });
      } else {
        await client.delete('/api/v1/variable-sets/{variableSet}/workspaces/{workspace}', { params });
      }
    },
    ['workspaces', 'one', workspace.id],
  );
  if (!maySee) {
    return null;
  }
  return (
    <Card title="Variable sets" flush>
      {sets.length === 0 ? (
        <Empty title="The organization has no variable sets">
          <p>A set holds variables for several workspaces. “berth variables” and the API make them.</p>
        </Empty>
      ) : (
        <Table
          items={sets}
          keyOf={({ id }) => id}
          columns={[
            { name: 'Set', cell: ({ name }) => name },
            { name: 'What for', cell: ({ description }) => description },
            {
              name: 'Here',
              cell: ({ id, name, global }) => {
                const here = global || own.data?.includes(id) === true;
                return global ? (
                  'always: it is global'
                ) : may('variables:write') ? (
                  <Button
                    small
                    busy={turn.isPending}
                    aria-label={`${here ? 'Take away' : 'Give'} ${name}`}
                    onClick={() => {
                      turn.mutate({ id, on: !here });
                    }}
                  >
                    {here ? 'Take away' : 'Give'}
                  </Button>
                ) : here ? (
                  'yes'
                ) : (
                  'no'
                );
              },
            },
          ]}
        />
      )}
      {turn.error === null ? null : (
        <p role="alert" className={surface.cardBody}>
          {problemInWords(turn.error)}
        </p>
      )}
    </Card>
  );
}
