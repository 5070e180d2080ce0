import type { Deed } from '@berth/persistence';

type What = Pick<Deed, 'operation' | 'objectType'> & Partial<Pick<Deed, 'organizationId' | 'objectName'>>;

/** For the audit log: who works at the database itself has no name there. */
export function deedOfAdmin({ organizationId = null, objectName = null, ...what }: What): Deed {
  return {
    ...what,
    organizationId,
    objectName,
    actor: 'system:admin',
    principal: null,
    sessionId: null,
    apiKeyId: null,
    address: '',
    userAgent: '',
    requestId: '',
    objectId: '',
    before: null,
    after: null,
  };
}
