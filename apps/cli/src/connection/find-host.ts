import { WrongUse } from '../failures.js';
import { credentialsFile, readCredentials } from './credentials.js';
import { findRuntime } from './runtime.js';

/** Where the api is, the key that opens it, and who said so. */
export interface Host {
  readonly url: string;
  readonly key: string;
  readonly from: string;
  /** Whether the key is one that a sign-in has kept. */
  readonly isKept: boolean;
  /** Which of several organizations is meant. */
  readonly organization: string | undefined;
}

export interface HostSources {
  /** Of --host. */
  readonly host: string | undefined;
  /** Of --organization. */
  readonly organization?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

const HOW = [
  'Say which Berth is meant, by one of',
  '  berth login <address>, which keeps a key of yours',
  '  BERTH_URL and BERTH_KEY in the environment',
  '  --host <url>, with BERTH_KEY or a key that "berth login" has kept',
  '  a folder of a checkout in which "npm start" runs',
].join('\n');

type Found = Omit<Host, 'organization'>;

/** The first that is said: --host, BERTH_URL, a Berth that runs in this checkout, the host of the last sign-in. @throws WrongUse */
export function findHost(sources: HostSources): Host {
  const found = find(sources);
  return { ...found, organization: organizationAt(found, sources) };
}

/** A kept one belongs to the kept key: another key may be of another organization. @throws WrongUse */
function organizationAt({ url, isKept }: Found, { organization, env }: HostSources): string | undefined {
  const said = organization ?? (env['BERTH_ORGANIZATION'] || undefined);
  if (said !== undefined && !/^[\x21-\x7e]+$/.test(said)) {
    throw new WrongUse(
      `${JSON.stringify(said)} is no organization: its name has letters, digits, ".", "_" and "-"`,
    );
  }
  return said ?? (isKept ? readCredentials(credentialsFile(env)).organizations[url] : undefined);
}

function find({ host, env, cwd }: HostSources): Found {
  const named = host ?? (env['BERTH_URL'] || undefined);
  const givenKey = env['BERTH_KEY'] || undefined;
  if (named !== undefined) {
    const from = host === undefined ? 'BERTH_URL' : '--host';
    return hostOf(urlOf(named, from), from, { env, cwd, givenKey });
  }
  const runtime = findRuntime(cwd, env['BERTH_HOME']);
  if (runtime !== undefined) {
    const { url, file } = runtime;
    return { url: urlOf(url, file), key: givenKey ?? runtime.key, from: file, isKept: false };
  }
  const file = credentialsFile(env);
  const { current, keys } = readCredentials(file);
  const key = givenKey ?? (current === undefined ? undefined : keys[current]);
  if (current === undefined || key === undefined) {
    throw new WrongUse(`no Berth is known here\n${HOW}`);
  }
  return { url: current, key, from: file, isKept: givenKey === undefined };
}

interface KeySources extends Pick<HostSources, 'env' | 'cwd'> {
  readonly givenKey: string | undefined;
}

/** BERTH_KEY belongs to BERTH_URL where both are there: it is sent to no other host. */
function hostOf(url: string, from: string, { env, cwd, givenKey }: KeySources): Found {
  const keyIsForAnother =
    from === '--host' && !!env['BERTH_URL'] && urlOf(env['BERTH_URL'], 'BERTH_URL') !== url;
  if (givenKey !== undefined && !keyIsForAnother) {
    return { url, key: givenKey, from, isKept: false };
  }
  const kept = readCredentials(credentialsFile(env)).keys[url];
  const runtime = findRuntime(cwd, env['BERTH_HOME']);
  const key =
    kept ?? (runtime !== undefined && urlOf(runtime.url, runtime.file) === url ? runtime.key : undefined);
  if (key === undefined) {
    throw new WrongUse(`no key is known for ${url}: sign in (berth login ${url}), or give one in BERTH_KEY`);
  }
  return { url, key, from, isKept: kept !== undefined };
}

/** Host names alone mean https. @throws WrongUse */
export function urlOf(given: string, from: string): string {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `https://${given}`;
  let url: URL;
  try {
    url = new URL(whole);
  } catch {
    throw new WrongUse(
      `${from}: ${JSON.stringify(given)} is no address; it looks like https://berth.example.com`,
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new WrongUse(
      `${from}: an address begins with https:// or http://, and this is ${JSON.stringify(given)}`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new WrongUse(`${from}: no user or password in the address; the key is given in BERTH_KEY`);
  }
  return url.href.replace(/\/+$/, '');
}
