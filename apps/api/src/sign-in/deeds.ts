import type { Deed } from '@berth/persistence';
import type { Request } from 'express';
import type { WithCaller } from '../auth/caller.js';
import { addressOf } from '../auth/guesses.js';

const TEXT_LENGTH = 300;

/** Somebody whose name is known, signed in or about to be. */
export interface Person {
  readonly userId: string;
  readonly email: string;
}

/** What pages do for people, by the names that records have for it. */
export type PageDeed =
  | 'signIn'
  | 'signOut'
  | 'admitByProvider'
  | 'followGroups'
  | 'takeSignInLink'
  | 'answerDeviceSignIn'
  | 'authorizeCommandLine'
  | 'createCommandLineKey';

/** What a person does on a page; it is about themselves where nothing else is said. */
export function deedOf(
  request: Request & WithCaller,
  operation: PageDeed,
  { userId, email }: Person,
  more: Partial<Deed> = {},
): Deed {
  return {
    ...deedOfNobody(request, operation),
    actor: `user:${email}`,
    principal: `user:${userId}`,
    objectId: userId,
    objectName: email,
    ...more,
  };
}

/** The same of somebody who is only now coming to be known. */
export function deedOfNobody(
  request: Request & WithCaller,
  operation: PageDeed,
  more: Partial<Deed> = {},
): Deed {
  return {
    organizationId: null,
    actor: 'system:berth',
    principal: null,
    sessionId: null,
    apiKeyId: null,
    address: addressOf(request),
    userAgent: userAgentOf(request),
    requestId: request.requestId ?? '',
    operation,
    objectType: 'user',
    objectId: '',
    objectName: null,
    before: null,
    after: null,
    ...more,
  };
}

export function userAgentOf({ headers }: Request): string {
  return (headers['user-agent'] ?? '').slice(0, TEXT_LENGTH);
}
