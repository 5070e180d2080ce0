import type { IncomingHttpHeaders } from 'node:http';

/** The secret of a request: Bearer, X-API-Key, or the password of Basic, which is what terraform's http backend sends. */
export function credentialOf(headers: IncomingHttpHeaders): string | null {
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key !== '') {
    return key;
  }
  const [scheme, value] = (headers.authorization ?? '').split(' ');
  if (value === undefined || value === '') {
    return null;
  }
  switch (String(scheme).toLowerCase()) {
    case 'bearer':
      return value;
    case 'basic': {
      const [, ...password] = Buffer.from(value, 'base64').toString('utf8').split(':');
      return password.length === 0 ? null : password.join(':');
    }
    default:
      return null;
  }
}
