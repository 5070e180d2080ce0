import { connect as connectTls } from 'node:tls';
import { reasonOf } from '../failures.js';
import { oneLine } from '../output/plain.js';
import { failure, ok, warning, type Finding, type Patient } from './finding.js';

const TIMEOUT_MS = 5_000;
const EXPIRES_SOON_DAYS = 14;
/** Each with what to do where it is not well. */
const SERVERS: Readonly<Record<string, string>> = {
  database:
    'See that PostgreSQL runs and that DATABASE_URL of the api leads to it; runs go on without it for a while.',
  broker:
    'See that RabbitMQ runs and that AMQP_URL of the api leads to it; until then nothing new is started.',
  publisher: 'See that RabbitMQ runs and takes messages (memory and disk alarms block it).',
};

/** Which Berth is meant, and whether the way to it is safe. */
export function checkAddress({ host: { url, from } }: Patient): Finding {
  const { protocol, hostname } = new URL(url);
  const found = `${url}, from ${from}`;
  const isHere = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return protocol === 'https:' || isHere
    ? ok('address', found)
    : warning('address', found, 'The key and the plans go over the network in clear: use https.');
}

/** Whether the certificate is trusted, and for how long. Null without one. */
export async function checkCertificate({ host: { url } }: Patient): Promise<Finding | null> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'https:') {
    return null;
  }
  try {
    const until = await certificateEnd(hostname.replace(/^\[|\]$/g, ''), port === '' ? 443 : Number(port));
    const days = Math.floor((until.getTime() - Date.now()) / 86_400_000);
    const found = `trusted until ${until.toISOString().slice(0, 10)}`;
    return days < EXPIRES_SOON_DAYS
      ? warning('certificate', `${found}, ${days} days from now`, 'Renew it before then.')
      : ok('certificate', found);
  } catch (error) {
    const advice =
      'Give the server a certificate that this machine trusts, or name its authority in NODE_EXTRA_CA_CERTS.';
    return failure('certificate', reasonOf(error), advice);
  }
}

async function certificateEnd(host: string, port: number): Promise<Date> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host, port, servername: host, timeout: TIMEOUT_MS }, () => {
      const { valid_to: until } = socket.getPeerCertificate();
      socket.destroy();
      resolve(new Date(until));
    });
    socket.once('error', reject);
    socket.once('timeout', () => {
      socket.destroy(new Error(`no answer for ${TIMEOUT_MS / 1_000} s`));
    });
  });
}

/** Whether the api answers, and what it says of its database and its broker. */
export async function checkServers({ host: { url } }: Patient): Promise<Finding[]> {
  const begun = performance.now();
  let answer: { readonly checks?: Readonly<Record<string, string>> };
  try {
    const response = await fetch(`${url}/readyz`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    answer = (await response.json()) as typeof answer;
  } catch (error) {
    const isOther = error instanceof SyntaxError;
    return [
      failure(
        'api',
        isOther ? 'something answers there, and it is not Berth' : reasonOf(error),
        isOther
          ? 'Look at the address, and at the proxy before it.'
          : 'Start it (npm start), or look at the address and the network.',
      ),
    ];
  }
  const took = Math.round(performance.now() - begun);
  const servers = Object.entries(answer.checks ?? {}).map(([name, said]) =>
    said === 'ok'
      ? ok(name, 'ok')
      : failure(name, oneLine(said), SERVERS[name] ?? 'The log of the api says more.'),
  );
  return [ok('api', `answers in ${took} ms`), ...servers];
}
