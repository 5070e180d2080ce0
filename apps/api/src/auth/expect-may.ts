import { may, neededFor, ORGANIZATION, standingAt, type Permission } from '@berth/domain';
import { ProblemError } from '../problems/problem-error.js';
import type { UserCaller } from './caller.js';
import type { NamedPlace } from './places.js';

/**
 * Who may not see a place is told that it is not there; who may see it and not do this, which permission it takes.
 * @throws ProblemError 403, 404
 */
export function expectMay(
  caller: UserCaller,
  permission: Permission,
  { place, called, absent, task }: Pick<NamedPlace, 'place' | 'called' | 'absent' | 'task'>,
  orOwn?: Permission,
): void {
  const { access, principal } = caller;
  if (may(access, permission, place)) {
    return;
  }
  if (place !== ORGANIZATION && standingAt(access, place) === null) {
    throw absent;
  }
  // A plan of one's own, which has applied nothing.
  const own = task?.queuedBy === principal.id && task.phase === 'plan';
  if (orOwn === undefined || !own || !may(access, orOwn, place)) {
    throw forbidden(permission, called);
  }
}

/** Names what it takes, and who has that. */
export function forbidden(permission: Permission, where: string): ProblemError {
  const needed = neededFor(permission);
  const who = needed === 'owner' ? 'owners of the organization have it' : `role ${needed} or above`;
  return new ProblemError(403, 'FORBIDDEN', `this takes the permission ${permission} on ${where} (${who})`, {
    permission,
  });
}
