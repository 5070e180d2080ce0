import { ApiProblem, isTransient } from '@berth/client';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { Empty, Failure, Loading } from '../design/surface.js';
import { LiveProvider } from '../live/live-context.js';
import { Live } from '../live/live.js';
import { takeIn } from '../live/take-in.js';
import { SignOut } from './sign-out.js';
import { keepOrganization, keptOrganization, organizationInAddress } from './kept-organization.js';
import { accessNow, NowhereAMember, openSession, SessionProvider, type Session } from './session.js';

const TRIES = 3;
const AGAIN_MS = 3_000;
/** Roles are given and taken away while pages are open: buttons follow. */
const ACCESS_MS = 60_000;
/** What the stream tells of is read anew only now and then; the rest when the page is looked at again. */
const STALE_MS = 15_000;

/** Off to the sign-in page, and back here afterwards. */
function signIn(): void {
  const here = `${location.pathname}${location.search}${location.hash}`;
  location.assign(here === '/' ? '/sign-in' : `/sign-in?return_to=${encodeURIComponent(here)}`);
}

function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401;
}

function makeQueries(): QueryClient {
  const onError = (error: unknown): void => {
    if (isSignedOut(error)) {
      signIn();
    }
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        retry: (failures, error) => isTransient(error) && failures < TRIES,
      },
      mutations: { retry: false },
    },
  });
}

interface Opened {
  readonly session: Session;
  readonly queries: QueryClient;
  readonly live: Live;
}

/** Draws the page for whoever is signed in; everybody else is sent to sign in first. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let gone = false;
    const open = async (): Promise<void> => {
      const session = await openSession(organizationInAddress(location.pathname) ?? keptOrganization());
      if (gone) {
        return;
      }
      keepOrganization(session.whoami.organization.name);
      const queries = makeQueries();
      const live = new Live({ client: session.client, onEvent: takeIn(queries), onSignedOut: signIn });
      setOpened({ session, queries, live });
    };
    let again: ReturnType<typeof setTimeout> | undefined;
    open().catch((failure: unknown) => {
      if (gone) {
        return;
      }
      if (isSignedOut(failure)) {
        signIn();
        return;
      }
      setError(failure);
      again = setTimeout(() => {
        setTries((before) => before + 1);
      }, AGAIN_MS);
    });
    return () => {
      gone = true;
      clearTimeout(again);
    };
  }, [tries]);
  const live = opened?.live;
  useEffect(() => live?.start(), [live]);
  useEffect(() => {
    if (opened === null) {
      return;
    }
    const { client, whoami } = opened.session;
    const timer = setInterval(() => {
      accessNow(client).then(
        (now) => {
          if (JSON.stringify(now.whoami) !== JSON.stringify(whoami)) {
            setOpened({ ...opened, session: { ...opened.session, ...now } });
          }
        },
        (failure: unknown) => {
          if (isSignedOut(failure)) {
            signIn();
          }
        },
      );
    }, ACCESS_MS);
    return () => {
      clearInterval(timer);
    };
  }, [opened]);
  if (opened !== null) {
    return (
      <SessionProvider value={opened.session}>
        <QueryClientProvider client={opened.queries}>
          <LiveProvider value={opened.live}>{children}</LiveProvider>
        </QueryClientProvider>
      </SessionProvider>
    );
  }
  if (error instanceof NowhereAMember) {
    return (
      <main>
        <Empty title="You belong to no organization" isPage>
          <p>
            {error.email} is signed in, and no organization has added you. Ask one of its owners to do so.
          </p>
          <SignOut />
        </Empty>
      </main>
    );
  }
  return <main>{error === null ? <Loading /> : <Failure error={error} />}</main>;
}
