import type { Address } from '@berth/private-servers';

/** Where DATABASE_URL points to, and as whom; throws with a line that names the variable but not its content. */
export function postgresAddress(url: string): { address: Address; user: string; database: string } {
  const parsed = parse('DATABASE_URL', url, ['postgres:', 'postgresql:']);
  const user = decodeURIComponent(parsed.username) || 'postgres';
  const port = Number(parsed.port || '5432');
  // A host parameter or an encoded path in the host's place means a Unix socket's folder.
  const host = parsed.searchParams.get('host') ?? decodeURIComponent(plainHost(parsed));
  const address: Address = { host: host === '' ? '127.0.0.1' : host, port };
  return {
    address: host.startsWith('/') ? { ...address, socketPath: `${host}/.s.PGSQL.${port}` } : address,
    user,
    database: decodeURIComponent(parsed.pathname.slice(1)) || user,
  };
}

/** Where AMQP_URL points to. */
export function amqpAddress(url: string): Address {
  const parsed = parse('AMQP_URL', url, ['amqp:', 'amqps:']);
  const tls = parsed.protocol === 'amqps:';
  return {
    host: plainHost(parsed) || '127.0.0.1',
    port: Number(parsed.port || (tls ? '5671' : '5672')),
    tls,
  };
}

function parse(variable: string, url: string, protocols: string[]): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !protocols.includes(parsed.protocol)) {
    throw new Error(
      `${variable} must be an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    );
  }
  return parsed;
}

/** An IPv6 address stands in brackets in a URL, and without them everywhere else. */
function plainHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}
