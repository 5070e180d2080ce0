import {
  addRecord,
  Database,
  endUserSession,
  openUserSession,
  readUserSession,
  recorded,
  signInByLink,
  type Deed,
  type LinkUse,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { addressOf } from '../auth/guesses.js';
import { sessionCookie, sessionCookieOf } from '../auth/session-cookie.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { publicUrlOf } from '../public-url.js';
import { keyHash, newKey } from '../secrets/key-hash.js';
import { SecretBox } from '../secrets/secret-box.js';
import { deedOf, userAgentOf, type Person } from './deeds.js';
import { ID_TOKEN_SEAL } from '../secrets/seals.js';

const PREFIX = 'berth_session';
const DAY_SECONDS = 86_400;

export interface SignedIn extends Person {
  readonly sessionId: string;
}

/** Browsers that are signed in. */
@Injectable()
export class Sessions {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /** Who is signed in at this browser; null where nobody is. */
  async personOf(request: Request): Promise<SignedIn | null> {
    const token = sessionCookieOf(request.headers);
    const session = token === null ? null : await readUserSession(this.database, keyHash(token));
    return session === null ? null : { sessionId: session.id, userId: session.userId, email: session.email };
  }

  /** Signs a person in at this browser, whoever was before. `by` says how, for the record. */
  async open(
    request: Request,
    response: Response,
    { idToken, by, ...person }: Person & { readonly by: string; readonly idToken: string | null },
  ): Promise<void> {
    const { token, session } = this.fresh(request, idToken);
    const deed = deedOf(request, 'signIn', person, { after: { by } });
    await recorded({ deed, written: false }, async () =>
      openUserSession(this.database, { ...session, userId: person.userId }),
    );
    await this.give(request, response, token);
  }

  /** The same of whom a link is for; false where it does not open any more. */
  async openByLink(request: Request, response: Response, deed: Deed, use: LinkUse): Promise<boolean> {
    const { token, session } = this.fresh(request, null);
    const person = await recorded({ deed, written: false }, async () =>
      signInByLink(this.database, use, session),
    );
    if (person !== null) {
      await this.give(request, response, token);
    }
    return person !== null;
  }

  /** Signs out at this browser. Gives what the identity provider wants to see at a sign-out, where it gave something. */
  async end(request: Request, response: Response): Promise<string | null> {
    const person = await this.personOf(request);
    this.setCookie(response, null);
    if (person === null) {
      return null;
    }
    const { sessionId, userId } = person;
    const deed = deedOf(request, 'signOut', person, { sessionId });
    const ended = await recorded({ deed, written: false }, async () =>
      endUserSession(this.database, userId, sessionId),
    );
    const sealed = ended?.sealedIdToken ?? null;
    return sealed === null ? null : this.box.open(ID_TOKEN_SEAL, sealed).toString('utf8');
  }

  /** Keeps that a known person was not let in. */
  async keepRefusal(
    request: Request,
    person: Person,
    { status, code }: { readonly status: number; readonly code: string },
  ): Promise<void> {
    await addRecord(this.database, deedOf(request, 'signIn', person), { outcome: 'refused', status, code });
  }

  private fresh(request: Request, idToken: string | null) {
    const token = newKey(PREFIX);
    const session = {
      tokenHash: keyHash(token),
      expiresAt: new Date(Date.now() + this.env.BERTH_SESSION_DAYS * DAY_SECONDS * 1_000),
      address: addressOf(request),
      userAgent: userAgentOf(request),
      sealedIdToken: idToken === null ? null : this.box.seal(ID_TOKEN_SEAL, Buffer.from(idToken)),
    };
    return { token, session };
  }

  /** In the place of the one that this browser had. */
  private async give(request: Request, response: Response, token: string): Promise<void> {
    const before = await this.personOf(request);
    if (before !== null) {
      await endUserSession(this.database, before.userId, before.sessionId);
    }
    this.setCookie(response, token);
  }

  private setCookie(response: Response, token: string | null): void {
    const maxAgeSeconds = this.env.BERTH_SESSION_DAYS * DAY_SECONDS;
    const publicUrl = publicUrlOf(this.env);
    response.append('set-cookie', sessionCookie(token, { publicUrl, maxAgeSeconds }));
  }
}
