import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import logo from '../design/berth.svg';
import { Button } from '../design/button.js';
import { Dialog } from '../design/dialog.js';
import { useConnection, useTopic } from '../live/live-context.js';
import { waitingForMe } from '../runs/queries.js';
import { useMay, useMayAnywhere, useSession } from '../session/session.js';
import { OrganizationChoice } from './organization-choice.js';
import styles from './shell.module.css';
import { SHORTCUTS, useShortcuts } from '../page/shortcuts.js';
import { SignOut } from '../session/sign-out.js';
import { ThemeChoice } from './theme-choice.js';

/** What stands around every page: where one can go, who one is, and whether the page is up to date. */
export function Shell() {
  // The menu is open on the page on which it was opened, and closed on the next one.
  const [openOn, setOpenOn] = useState<string | null>(null);
  const [helping, setHelping] = useState(false);
  const { pathname } = useLocation();
  const open = openOn === pathname;
  useShortcuts(
    useCallback(() => {
      setHelping(true);
    }, []),
  );
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <header className={styles.side} data-open={open}>
        <Link to="/" className={styles.brand ?? ''}>
          <img src={logo} alt="" />
          Berth
        </Link>
        <span className={styles.menu}>
          <Button
            small
            aria-expanded={open}
            onClick={() => {
              setOpenOn(open ? null : pathname);
            }}
          >
            Menu
          </Button>
        </span>
        <Places />
        <div className={`${styles.foot ?? ''} ${styles.hideable ?? ''}`}>
          <OrganizationChoice />
          <Who />
          <ThemeChoice />
          <Button
            look="plain"
            small
            onClick={() => {
              setHelping(true);
            }}
          >
            Keys
          </Button>
          <SignOut />
        </div>
      </header>
      <div>
        <Away />
        <main id="main" className={styles.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {helping ? (
        <Dialog
          title="Keys"
          onClose={() => {
            setHelping(false);
          }}
        >
          <dl className={styles.keys}>
            {SHORTCUTS.map(({ keys, does }) => (
              <div key={keys} style={{ display: 'contents' }}>
                <dt>
                  {keys.split(' ').map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
      ) : null}
    </div>
  );
}

function Places() {
  const { client } = useSession();
  const may = useMay();
  const seesRuns = useMayAnywhere('tasks:read');
  useTopic(seesRuns ? 'tasks' : null);
  const { data: waiting = 0 } = useQuery({
    ...waitingForMe(client),
    select: ({ items }) => items.length,
    enabled: seesRuns,
  });
  const links = [
    ['/', 'Front page', true],
    ['/runs', 'Runs', seesRuns],
    ['/workspaces', 'Workspaces', seesRuns],
    ['/agents', 'Agents', may('agents:read')],
    ['/pools', 'Pools', may('agents:read')],
    ['/builds', 'Builds', may('builds:read')],
    ['/dead-letters', 'Dead letters', may('dead-letters:read')],
    ['/settings', 'Settings', true],
  ] as const;
  return (
    <nav className={styles.hideable} aria-label="Main">
      <ul className={styles.links}>
        {links
          .filter(([, , shown]) => shown)
          .map(([to, label]) => (
            <li key={to}>
              <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
                {label}
                {to === '/' && waiting > 0 ? (
                  <span className={styles.bubble} aria-label={`${waiting} wait for you`}>
                    {waiting}
                  </span>
                ) : null}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}

function Who() {
  const { account } = useSession();
  return <span className={styles.who}>{account.email}</span>;
}

/** Says that what stands on the page may be old. */
function Away() {
  const connection = useConnection();
  return connection === 'away' ? (
    <div className={styles.away} role="status">
      The connection is lost. What you see may be old; it goes on by itself.
    </div>
  ) : null;
}
