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
          <Waiting />
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
          <Who />
          <ThemeChoice />
          <div className={styles.footButtons}>
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
  const may = useMay();
  const seesRuns = useMayAnywhere('tasks:read');
  useTopic(seesRuns ? 'tasks' : null);
  const groups: readonly Group[] = [
    {
      name: 'Work',
      links: [
        ['/', 'Front page', true],
        ['/runs', 'Runs', seesRuns],
        ['/workspaces', 'Workspaces', seesRuns],
        ['/builds', 'Builds', may('builds:read')],
      ],
    },
    {
      name: 'Machines',
      links: [
        ['/agents', 'Agents', may('agents:read')],
        ['/pools', 'Pools', may('agents:read')],
        ['/dead-letters', 'Dead letters', may('dead-letters:read')],
      ],
    },
    { name: 'People', links: [['/settings', 'Settings', true]] },
  ];
  return (
    <nav className={`${styles.places ?? ''} ${styles.hideable ?? ''}`} aria-label="Main">
      {groups.map(({ name, links }) => {
        const shown = links.filter(([, , may]) => may);
        return shown.length === 0 ? null : (
          <div key={name}>
            <p className={styles.group} aria-hidden="true">
              {name}
            </p>
            <ul className={styles.links} aria-label={name}>
              {shown.map(([to, label]) => (
                <li key={to}>
                  <Place to={to} label={label} />
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

type PlaceAddress =
  '/' | '/runs' | '/workspaces' | '/builds' | '/agents' | '/pools' | '/dead-letters' | '/settings';

interface Group {
  readonly name: string;
  readonly links: readonly (readonly [to: PlaceAddress, label: string, shown: boolean])[];
}

function Place({ to, label }: { readonly to: PlaceAddress; readonly label: string }) {
  const { pathname } = useLocation();
  const isFront = to === '/';
  // A workspace and its runs have addresses of their own, and belong to the workspaces all the same.
  const inside = to === '/workspaces' && pathname.startsWith('/app/') ? { 'data-status': 'active' } : {};
  return (
    <Link to={to} activeOptions={{ exact: isFront, includeSearch: false }} {...inside}>
      {label}
      {isFront ? <Waiting /> : null}
    </Link>
  );
}

/** How many plans wait for the person. */
function Waiting() {
  const { client } = useSession();
  const seesRuns = useMayAnywhere('tasks:read');
  const { data: waiting = 0 } = useQuery({
    ...waitingForMe(client),
    select: ({ items }) => items.length,
    enabled: seesRuns,
  });
  return waiting === 0 ? null : (
    <span className={styles.bubble} aria-label={`${waiting} wait for you`}>
      {waiting}
    </span>
  );
}

function Who() {
  const { account, whoami } = useSession();
  return (
    <div className={styles.who}>
      {account.organizations.length < 2 ? (
        <strong>{whoami.organization.name}</strong>
      ) : (
        <OrganizationChoice />
      )}
      <span>{account.email}</span>
    </div>
  );
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
