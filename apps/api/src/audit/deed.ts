import type { Deed } from '@berth/persistence';
import type { Request } from 'express';
import { addressOf } from '../auth/guesses.js';
import type { KnownUser, WithCaller } from '../auth/caller.js';
import { routeOf } from '../auth/places.js';
import type { Description } from '../openapi/describe.js';

const READING = ['GET', 'HEAD', 'OPTIONS'];
const TEXT_LENGTH = 300;

/** Whether an operation is recorded when people or services do it: what workers do with a key, their builds tell. */
export function isRecorded(method: string, { permission }: Pick<Description, 'permission'>): boolean {
  return !READING.includes(method) && permission !== undefined && permission !== 'builds:work';
}

/** What somebody is about to do; null where it is not recorded. */
export function deedOf(
  request: Request & WithCaller,
  description: Description | undefined,
  known: (KnownUser & { readonly organizationId?: string }) | undefined = request.caller?.kind === 'user'
    ? request.caller
    : undefined,
): Deed | null {
  if (known === undefined || description === undefined || !isRecorded(request.method, description)) {
    return null;
  }
  const { type, id, name } = objectOf(request, description);
  return {
    organizationId:
      known.principal.service?.organizationId ??
      (description.place === 'account' ? null : (known.organizationId ?? null)),
    actor: known.actor,
    principal: known.principal.id,
    sessionId: known.principal.sessionId,
    apiKeyId: known.principal.keyId,
    address: addressOf(request),
    userAgent: (request.headers['user-agent'] ?? '').slice(0, TEXT_LENGTH),
    requestId: request.requestId ?? '',
    operation: description.id ?? `${request.method.toLowerCase()}TerraformState`,
    objectType: type,
    objectId: id,
    objectName: name,
    before: null,
    after: null,
  };
}

/** What the path is about: what is made there, or its last thing with an id, and where there is none its kind. */
function objectOf(
  request: Request & WithCaller,
  { status, idempotent }: Description,
): { type: string; id: string; name: string | null } {
  const segments = routeOf(request)
    .split('/')
    .filter((segment) => !['', 'api', 'v1'].includes(segment));
  const at = segments.findLastIndex((segment) => segment.startsWith(':'));
  const last = segments.at(-1) ?? '';
  if (at === -1) {
    return { type: singular(segments[0] ?? ''), id: '', name: null };
  }
  // Its id is known before it is made.
  if (status === 201 && idempotent === true && at < segments.length - 1) {
    return { type: singular(last), id: '', name: null };
  }
  const type = singular(segments[at - 1] ?? '');
  const given = String(request.params[segments[at]?.slice(1) ?? '']).slice(0, TEXT_LENGTH);
  const place = request.place?.object;
  return place?.type === type ? place : { type, id: given, name: null };
}

function singular(kind: string): string {
  return kind.replace(/ies$/, 'y').replace(/s$/, '');
}
