import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ActButton } from '../design/act-button.js';
import { DataTable } from '../design/data-table.js';
import { Card, Empty } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { Ago } from '../design/time.js';
import { useMay, useSession } from '../session/session.js';
import { projectsQuery } from '../workspaces/queries.js';
import { NamedForm } from './named-form.js';

/** Folders of workspaces. */
export function ProjectsPage() {
  const { client } = useSession();
  const may = useMay();
  const projects = useQuery(projectsQuery(client));
  const mayChange = may('projects:write');
  return (
    <Card title="Projects" flush>
      {mayChange ? (
        <div className={surface.cardBody}>
          <NamedForm
            label="New project"
            button="Create"
            create={async (name) => client.post('/api/v1/projects', { body: { name } })}
            shownAs={['projects']}
          />
        </div>
      ) : null}
      <DataTable
        query={projects}
        keyOf={({ id }) => id}
        empty={<Empty title="There are no projects" />}
        columns={[
          {
            name: 'Name',
            cell: ({ name }) => (
              <Link to="/workspaces" search={{ project: name }}>
                {name}
              </Link>
            ),
          },
          { name: 'Made', cell: ({ createdAt }) => <Ago at={createdAt} /> },
          {
            name: 'Change',
            cell: ({ id, name }) =>
              mayChange && name !== 'default' ? (
                <ActButton
                  label="Delete"
                  name={`Delete ${name}`}
                  look="danger"
                  title={`Delete the project ${name}`}
                  act={async () =>
                    client.delete('/api/v1/projects/{project}', { params: { path: { project: id } } })
                  }
                  shownAs={[['projects']]}
                >
                  <p>Only one without workspaces can be deleted.</p>
                </ActButton>
              ) : null,
          },
        ]}
      />
    </Card>
  );
}
