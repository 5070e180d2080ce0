import tabs from '../design/tabs.module.css';
import { Link, Outlet } from '@tanstack/react-router';
import styles from '../runs/runs.module.css';
import { useMay, useMayAnywhere } from '../session/session.js';
import { useTitle } from '../page/title.js';

export function SettingsLayout() {
  const may = useMay();
  const seesGrants = useMayAnywhere('grants:read');
  useTitle('Settings');
  const pages = [
    ['/settings', 'Profile', true],
    ['/settings/keys', 'My keys', true],
    ['/settings/organization', 'Organization', true],
    ['/settings/members', 'Members', may('members:read')],
    ['/settings/teams', 'Teams', may('teams:read')],
    ['/settings/projects', 'Projects', may('projects:read')],
    ['/settings/grants', 'Grants', seesGrants],
    ['/settings/service-keys', 'Service keys', may('keys:read')],
    ['/settings/audit', 'Audit', may('audit:read')],
  ] as const;
  return (
    <div className={styles.stack}>
      <h1>Settings</h1>
      <nav className={tabs.tabs} aria-label="Parts of the settings">
        {pages
          .filter(([, , shown]) => shown)
          .map(([to, label]) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: to === '/settings', includeSearch: false }}
              activeProps={{ 'aria-current': 'page' }}
            >
              {label}
            </Link>
          ))}
      </nav>
      <Outlet />
    </div>
  );
}
