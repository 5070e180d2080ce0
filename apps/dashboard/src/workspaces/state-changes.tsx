import type { Schemas } from '@berth/client';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Field } from '../design/field.js';
import { Card, Empty, Failure, Loading, Notice } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { Attributes } from '../plan/change-detail.js';
import type { AttributeRow, Shown } from '../plan/attributes.js';
import plan from '../plan/plan.module.css';
import { useSession } from '../session/session.js';
import { stateChangesQuery, type StateVersion, type Workspace } from './queries.js';

interface StateChangesProps {
  readonly workspace: Workspace;
  readonly version: string;
  readonly since: string | undefined;
  readonly versions: readonly StateVersion[];
}

const SIGNS = { added: '+', removed: '−', changed: '~' } as const;
const KINDS = { added: 'create', removed: 'destroy', changed: 'update' } as const;

/** What one version of the state has against another one, by resource and attribute. */
export function StateChanges({ workspace, version, since, versions }: StateChangesProps) {
  const { client } = useSession();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(stateChangesQuery(client, workspace.id, version, since));
  return (
    <Card
      title={data === undefined ? 'What changed' : `What changed with serial ${data.version.serial}`}
      flush
      aside={
        <Field label="Against">
          {(control) => (
            <select
              {...control}
              value={since ?? ''}
              onChange={(event) => {
                const chosen = event.target.value;
                void navigate({
                  to: '.',
                  search: { version, ...(chosen === '' ? {} : { since: chosen }) } as never,
                  replace: true,
                });
              }}
            >
              <option value="">the version before it</option>
              {versions
                .filter(({ id }) => id !== version)
                .map(({ id, serial }) => (
                  <option key={id} value={id}>
                    serial {serial}
                  </option>
                ))}
            </select>
          )}
        </Field>
      }
    >
      {data === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <Failure error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <Changes changes={data} />
      )}
    </Card>
  );
}

function Changes({ changes }: { readonly changes: Schemas['StateChanges'] }) {
  if (changes.resources.length === 0 && changes.outputs.length === 0) {
    return <Empty title="Nothing differs but the serial" />;
  }
  return (
    <>
      {changes.resources.map(({ address, change, attributes, attributesLeftOut }) => (
        <details key={address}>
          <summary className={plan.entry}>
            <span className={plan.sign} data-kind={KINDS[change]} role="img" aria-label={change}>
              {SIGNS[change]}
            </span>
            <span className={plan.address}>{address}</span>
            <span className={plan.tag}>{attributes.length} attributes</span>
          </summary>
          <div className={plan.detail}>
            <Attributes
              name={address}
              rows={attributes.map(({ path, before, after }) => rowOf(path, before, after))}
            />
            {attributesLeftOut === 0 ? null : (
              <p className={surface.quiet}>{attributesLeftOut} more are not shown.</p>
            )}
          </div>
        </details>
      ))}
      {changes.outputs.length === 0 ? null : (
        <div className={plan.detail}>
          <h3>Outputs</h3>
          <Attributes
            name="the outputs"
            rows={changes.outputs.map(({ name, before, after }) => rowOf(name, before, after))}
          />
        </div>
      )}
      {changes.resourcesLeftOut === 0 ? null : (
        <div className={surface.cardBody}>
          <Notice tone="warn">
            {changes.resourcesLeftOut.toLocaleString('en')} more resources differ. “berth states” downloads
            both versions.
          </Notice>
        </div>
      )}
    </>
  );
}

type Value = Schemas['StateValue'];

function rowOf(path: string, before: Value, after: Value): AttributeRow {
  const [one, other] = [shown(before), shown(after)];
  const kind = one.kind === 'absent' ? 'added' : other.kind === 'absent' ? 'removed' : 'changed';
  return { path, kind, before: one, after: other, forces: false };
}

function shown(value: Value): Shown {
  if (value === null) {
    return { kind: 'absent', text: '' };
  }
  if (value === '(sensitive)') {
    return { kind: 'sensitive', text: 'sensitive' };
  }
  return { kind: 'value', text: typeof value === 'string' ? value : JSON.stringify(value) };
}
