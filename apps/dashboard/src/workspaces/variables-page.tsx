import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../design/button.js';
import { Confirm } from '../design/confirm.js';
import controls from '../design/controls.module.css';
import { Card, Empty, Failure, Loading } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { Table } from '../design/data-table.js';
import { Ago } from '../design/time.js';
import { useAct } from '../design/use-act.js';
import styles from '../runs/runs.module.css';
import { useMay, useSession } from '../session/session.js';
import { effectiveVariablesQuery, type EffectiveVariable } from './queries.js';
import { VariableForm } from './variable-form.js';
import { VariableSetsOf } from './variable-sets-of.js';
import { useWorkspace } from './workspace-context.js';

/** The variables that runs get, each with where it comes from: the workspace's own win over its sets'. */
export function VariablesPage() {
  const workspace = useWorkspace();
  const { client } = useSession();
  const may = useMay();
  const [editing, setEditing] = useState<EffectiveVariable | 'new' | null>(null);
  const [deleting, setDeleting] = useState<EffectiveVariable | null>(null);
  const variables = useQuery(effectiveVariablesQuery(client, workspace.id));
  const remove = useAct(
    async (key: string) =>
      client.delete('/api/v1/workspaces/{workspace}/variables/{key}', {
        params: { path: { workspace: workspace.id, key } },
      }),
    ['workspaces', 'one', workspace.id],
  );
  const mayWrite = may('variables:write', workspace);
  return (
    <div className={styles.stack}>
      <Card
        title="Variables"
        flush
        aside={
          mayWrite ? (
            <Button
              small
              onClick={() => {
                setEditing('new');
              }}
            >
              Add a variable
            </Button>
          ) : null
        }
      >
        {variables.data === undefined ? (
          variables.error === null ? (
            <Loading />
          ) : (
            <Failure error={variables.error} onRetry={() => void variables.refetch()} />
          )
        ) : variables.data.items.length === 0 ? (
          <Empty title="There are no variables">
            <p>Terraform’s own go in as TF_VAR-like values, environment variables into its process.</p>
          </Empty>
        ) : (
          <Table
            items={variables.data.items}
            keyOf={(variable) => `${variable.category} ${variable.key}`}
            columns={[
              {
                name: 'Name',
                cell: (variable) => <code>{variable.key}</code>,
              },
              {
                name: 'Value',
                cell: (variable) =>
                  variable.value === null ? (
                    <em className={surface.quiet}>sensitive</em>
                  ) : (
                    <pre>{variable.value}</pre>
                  ),
              },
              {
                name: 'Kind',
                cell: (variable) =>
                  variable.category === 'env' ? 'environment' : variable.hcl ? 'terraform, HCL' : 'terraform',
              },
              {
                name: 'From',
                cell: (variable) =>
                  variable.from === 'workspace' ? 'this workspace' : `set ${variable.from.variableSet.name}`,
              },
              {
                name: 'Changed',
                cell: (variable) => <Ago at={variable.updatedAt} />,
              },
              {
                name: 'Change',
                cell: (variable) =>
                  !mayWrite ? null : variable.from === 'workspace' ? (
                    <span className={controls.buttons}>
                      <Button
                        small
                        aria-label={`Edit ${variable.key}`}
                        onClick={() => {
                          setEditing(variable);
                        }}
                      >
                        Edit
                      </Button>
                      <Button
                        small
                        look="danger"
                        aria-label={`Delete ${variable.key}`}
                        onClick={() => {
                          setDeleting(variable);
                        }}
                      >
                        Delete
                      </Button>
                    </span>
                  ) : (
                    <Button
                      small
                      aria-label={`Override ${variable.key}`}
                      onClick={() => {
                        setEditing(variable);
                      }}
                    >
                      Override
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Card>
      <VariableSetsOf workspace={workspace} />
      {editing === null ? null : (
        <VariableForm
          workspace={workspace}
          variable={editing === 'new' ? null : editing}
          onClose={() => {
            setEditing(null);
          }}
        />
      )}
      {deleting === null ? null : (
        <Confirm
          title={`Delete ${deleting.key}`}
          button="Delete it"
          busy={remove.isPending}
          problem={remove.error}
          onClose={() => {
            remove.reset();
            setDeleting(null);
          }}
          onSure={() => {
            remove.mutate(deleting.key, {
              onSuccess: () => {
                setDeleting(null);
              },
            });
          }}
        >
          <p>Runs from now on do not get it. Where a variable set has one of the name, that counts again.</p>
        </Confirm>
      )}
    </div>
  );
}
