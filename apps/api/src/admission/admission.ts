import { mayAnywhere, type Access, type Permission } from '@berth/domain';
import {
  Database,
  listMemberships,
  readAccessOfKey,
  readAccessOfUser,
  readOrganization,
  type Membership,
} from '@berth/persistence';
import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { deedOf } from '../audit/deed.js';
import { Refusals } from '../audit/refusals.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { DESCRIPTION, type Description } from '../openapi/describe.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import type { KnownUser, UserCaller, WithCaller } from '../auth/caller.js';
import { expectMay, forbidden } from '../auth/expect-may.js';
import { expectOwnOrigin } from '../auth/own-origin.js';
import { placeOfRoute, routeOf } from '../auth/places.js';

/** The organization in which every installation begins; its owners make others. */
const FIRST_ORGANIZATION = 'default';
/** Of who belongs to none. */
const NOWHERE = '00000000-0000-0000-0000-000000000000';
const NOTHING = { organization: null, projects: new Map(), workspaces: new Map() };

/** Lets people and services do what they may: finds the organization that they mean, and what they are there. */
@Injectable()
export class Admission {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(Refusals) private readonly refusals: Refusals,
  ) {}

  /** @throws ProblemError 403 */
  expectOwnOrigin(request: Request): void {
    expectOwnOrigin(request, this.env);
  }

  /** @throws ProblemError 400, 403, 404 */
  async admit(
    known: KnownUser,
    context: ExecutionContext,
    request: Request & WithCaller,
  ): Promise<UserCaller> {
    const description = this.reflector.get<Description>(DESCRIPTION, context.getHandler());
    const { permission } = description;
    if (permission === undefined) {
      throw new Error(`${description.summary}: open to people, and names no permission`);
    }
    const { principal } = known;
    if (description.place === 'account') {
      return this.admitPerson(known, permission);
    }
    const { id, called } = await this.organizationOf(known, description, request);
    const access =
      principal.service === null
        ? await readAccessOfUser(this.database, id, String(principal.userId))
        : await readAccessOfKey(this.database, { id: String(principal.keyId), ...principal.service });
    if (access === null) {
      throw notFound('organization', called);
    }
    const caller: UserCaller = { ...known, organizationId: id, access };
    request.caller = caller;
    if (description.place === 'somewhere' || description.place === 'listed') {
      if (description.place === 'somewhere' && !mayAnywhere(access, permission)) {
        throw forbidden(permission, 'any workspace');
      }
      return caller;
    }
    const place = await placeOfRoute(this.database, id, routeOf(request), request.params);
    request.place = place;
    expectMay(caller, permission, place, description.orOwn);
    return caller;
  }

  /** Somebody wanted what they may not; of whoever belongs to the organization that they named, its owners are told. */
  async recordRefusal(
    known: KnownUser,
    context: ExecutionContext,
    request: Request & WithCaller,
    error: unknown,
  ): Promise<void> {
    const description = this.reflector.get<Description>(DESCRIPTION, context.getHandler());
    const caller = request.caller?.kind === 'user' ? request.caller : known;
    const deed = deedOf(request, description, caller);
    if (deed !== null) {
      await this.refusals.keep(deed, error);
    }
  }

  /** Of their own things, wherever they belong. */
  private async admitPerson(known: KnownUser, permission: Permission): Promise<UserCaller> {
    const { userId } = known.principal;
    if (userId === null) {
      throw new ProblemError(403, 'FORBIDDEN', 'this is for people: a service key is nobody’s account', {
        permission,
      });
    }
    const [first] = await listMemberships(this.database, userId);
    const access: Access = { ...NOTHING, person: true };
    return { ...known, organizationId: first?.organizationId ?? NOWHERE, access };
  }

  /** The one that the request names, or the only one; for what concerns the installation, its first one. */
  private async organizationOf(
    { principal }: KnownUser,
    { place }: Description,
    { headers }: Request,
  ): Promise<{ readonly id: string; readonly called: string }> {
    const asked = place === 'installation' ? FIRST_ORGANIZATION : headers['berth-organization'];
    const named = typeof asked === 'string' && asked !== '' ? asked : undefined;
    if (principal.service !== null) {
      const id = principal.service.organizationId;
      if (named !== undefined && (await readOrganization(this.database, named))?.id !== id) {
        throw notFound('organization', named);
      }
      return { id, called: named ?? id };
    }
    if (named !== undefined) {
      const organization = await readOrganization(this.database, named);
      if (organization === null) {
        throw notFound('organization', named);
      }
      return { id: organization.id, called: named };
    }
    return onlyOne(await listMemberships(this.database, String(principal.userId)));
  }
}

function onlyOne(memberships: readonly Membership[]): { readonly id: string; readonly called: string } {
  const [first, second] = memberships;
  if (first === undefined) {
    throw new ProblemError(
      403,
      'NO_ORGANIZATION',
      'you belong to no organization yet: ask an owner of one to add you as a member',
    );
  }
  if (second !== undefined) {
    const names = memberships.slice(0, 20).map(({ name }) => name);
    throw new ProblemError(
      400,
      'ORGANIZATION_NEEDED',
      `you belong to several organizations: name one in the header Berth-Organization (${names.join(', ')})`,
      { fields: [{ field: 'Berth-Organization', message: `must be one of ${names.join(', ')}` }] },
    );
  }
  return { id: first.organizationId, called: first.name };
}
