import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../design/button.js';
import controls from '../design/controls.module.css';
import { TextField } from '../design/field.js';
import { Card, Failure, Loading, Notice, problemInWords } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { useAct } from '../design/use-act.js';
import { useMay, useSession } from '../session/session.js';
import { installationQuery } from '../session/installation.js';
import { keepOrganization } from '../session/kept-organization.js';

/** The organization’s name, and what one is in it. */
export function OrganizationPage() {
  const { client, whoami } = useSession();
  const may = useMay();
  const { data: installation, error, refetch } = useQuery(installationQuery(client));
  const [name, setName] = useState(whoami.organization.name);
  const rename = useAct(async () => client.patch('/api/v1/organization', { body: { name } }));
  const places = Object.keys(whoami.projects).length + Object.keys(whoami.workspaces).length;
  return (
    <Card title={whoami.organization.name}>
      <div className={controls.form}>
        <dl className={surface.facts}>
          <dt>You are</dt>
          <dd>
            {whoami.role ??
              (places === 0 ? 'a member without a role' : `a member with roles in ${places} places`)}
          </dd>
          <dt>Id</dt>
          <dd>
            <code>{whoami.organization.id}</code>
          </dd>
          <dt>Berth</dt>
          <dd>{installation?.version ?? ''}</dd>
        </dl>
        {installation === undefined && error === null ? <Loading /> : null}
        {error === null ? null : <Failure error={error} onRetry={() => void refetch()} />}
        {may('organizations:write') && whoami.organization.name !== 'default' ? (
          <form
            className={controls.form}
            onSubmit={(event) => {
              event.preventDefault();
              rename.mutate(undefined, {
                onSuccess: (after) => {
                  keepOrganization(after.name);
                  location.reload();
                },
              });
            }}
          >
            <TextField label="Name" required value={name} onChange={setName} />
            {rename.error === null ? null : (
              <Notice tone="bad" alert>
                {problemInWords(rename.error)}
              </Notice>
            )}
            <div>
              <Button type="submit" busy={rename.isPending}>
                Rename
              </Button>
            </div>
          </form>
        ) : null}
      </div>
    </Card>
  );
}
