import { z } from 'zod';
import { id, name, text, time } from './fields.js';
import { PageQuery } from './page.js';

export const Role = z.enum(['viewer', 'planner', 'operator', 'admin']);
export const MemberRole = z.enum(['owner', 'member']);

/** An address as people write it; whether it reads mail is seen when a mail is sent. */
export const Email = z
  .string()
  .max(254)
  .regex(/^[^\s@,;<>"']+@[^\s@,;<>"']+$/, 'must be an e-mail address');
/** A person's name, or a key's: whatever they like to read. */
const title = text(100)
  .min(1)
  .refine((given) => given.trim() === given && !/\p{Cc}/u.test(given), {
    error: 'must be one line, without spaces around it',
  });
/** What a path or a field calls a thing by. */
const idOrName = text(200).min(1);

export const CreateOrganization = z.strictObject({
  name,
  /** Who becomes its first owner; without it, the person who asks. A service key has to name somebody. */
  ownerEmail: Email.optional(),
});
export type CreateOrganization = z.infer<typeof CreateOrganization>;

export const UpdateOrganization = z.strictObject({ name });
export type UpdateOrganization = z.infer<typeof UpdateOrganization>;

export const Organization = z.object({ id, name: z.string(), createdAt: time });
export type Organization = z.infer<typeof Organization>;

export const AddMember = z.strictObject({
  email: Email,
  /** Of a person who is not known yet; without it, their address. */
  name: title.optional(),
  role: MemberRole.optional(),
});
export type AddMember = z.infer<typeof AddMember>;

export const UpdateMember = z.strictObject({ role: MemberRole });
export type UpdateMember = z.infer<typeof UpdateMember>;

export const Member = z.object({
  userId: id,
  email: z.string(),
  name: z.string(),
  role: MemberRole,
  createdAt: time,
  lastSignInAt: time.nullable(),
});
export type Member = z.infer<typeof Member>;

const signInGroup = text(200).min(1);

export const CreateTeam = z.strictObject({
  name,
  /** A value of the sign-in's groups: members who have it are in the team from their next sign-in on. */
  signInGroup: signInGroup.nullable().optional(),
});
export type CreateTeam = z.infer<typeof CreateTeam>;

export const UpdateTeam = z.strictObject({ name, signInGroup: signInGroup.nullable() }).partial();
export type UpdateTeam = z.infer<typeof UpdateTeam>;

export const Team = z.object({
  id,
  name: z.string(),
  signInGroup: z.string().nullable(),
  members: z.int(),
  createdAt: time,
});
export type Team = z.infer<typeof Team>;

export const TeamMember = z.object({
  userId: id,
  email: z.string(),
  name: z.string(),
  /** Who put them there: a person, or the groups of their sign-in. */
  source: z.enum(['person', 'sign_in']),
});
export type TeamMember = z.infer<typeof TeamMember>;

export const CreateProject = z.strictObject({ name });
export type CreateProject = z.infer<typeof CreateProject>;

export const UpdateProject = z.strictObject({ name });
export type UpdateProject = z.infer<typeof UpdateProject>;

export const Project = z.object({ id, name: z.string(), createdAt: time });
export type Project = z.infer<typeof Project>;

/** To a team or a user, on a project, a workspace or, with neither, the whole organization. */
export const CreateGrant = z
  .strictObject({
    role: Role,
    team: idOrName.optional(),
    /** A member's address or id. */
    user: idOrName.optional(),
    project: idOrName.optional(),
    workspace: idOrName.optional(),
  })
  .refine(({ team, user }) => (team === undefined) !== (user === undefined), {
    error: 'must have either a team or a user',
    path: ['team'],
  })
  .refine(({ project, workspace }) => project === undefined || workspace === undefined, {
    error: 'must have a project, a workspace or neither',
    path: ['project'],
  });
export type CreateGrant = z.infer<typeof CreateGrant>;

export const Grant = z.object({
  id,
  role: Role,
  team: z.object({ id, name: z.string() }).nullable(),
  user: z.object({ id, email: z.string() }).nullable(),
  project: z.object({ id, name: z.string() }).nullable(),
  workspace: z.object({ id, name: z.string() }).nullable(),
  createdAt: time,
});
export type Grant = z.infer<typeof Grant>;

/** A time to come; without one, or with null, a key never expires. */
const expiresAt = time.nullable().optional();

export const CreateUserKey = z.strictObject({ name: title, expiresAt });
export type CreateUserKey = z.infer<typeof CreateUserKey>;

export const CreateServiceKey = z
  .strictObject({
    name: title,
    role: z.enum(['viewer', 'planner', 'operator', 'admin', 'owner']),
    /** Ids or names; with any of these or of the workspaces, the key has its role there and nothing elsewhere. */
    projects: z.array(idOrName).max(100).optional(),
    workspaces: z.array(idOrName).max(100).optional(),
    expiresAt,
  })
  .refine(
    ({ role, projects = [], workspaces = [] }) =>
      role !== 'owner' || projects.length + workspaces.length === 0,
    {
      error: 'owner is for the whole organization: leave out projects and workspaces, or make it admin',
      path: ['role'],
    },
  );
export type CreateServiceKey = z.infer<typeof CreateServiceKey>;

export const RotateKey = z.strictObject({
  /** How long the old one still opens what it did. */
  overlapSeconds: z.int().min(0).max(2_592_000).optional(),
  expiresAt,
});
export type RotateKey = z.infer<typeof RotateKey>;

export const ApiKey = z.object({
  id,
  name: z.string(),
  /** How the key begins, to tell it from others. */
  prefix: z.string(),
  /** Of a service key. */
  role: z.enum(['viewer', 'planner', 'operator', 'admin', 'owner']).nullable(),
  /** Names of the projects and workspaces that it is restricted to; null where it is not. */
  projects: z.array(z.string()).nullable(),
  workspaces: z.array(z.string()).nullable(),
  createdBy: z.string(),
  createdAt: time,
  expiresAt: time.nullable(),
  /** To the minute. */
  lastUsedAt: time.nullable(),
  /** Of a key that was rotated: until when it still opens. */
  revokedAt: time.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** The one time that a key is shown. */
export const NewApiKey = ApiKey.extend({ key: z.string() });
export type NewApiKey = z.infer<typeof NewApiKey>;

export const Account = z.object({
  id,
  email: z.string(),
  name: z.string(),
  hasPassword: z.boolean(),
  organizations: z.array(z.object({ id, name: z.string(), role: MemberRole })),
});
export type Account = z.infer<typeof Account>;

export const UpdateAccount = z.strictObject({ name: title });
export type UpdateAccount = z.infer<typeof UpdateAccount>;

export const UserSession = z.object({
  id,
  createdAt: time,
  /** To the minute. */
  lastSeenAt: time,
  expiresAt: time,
  address: z.string(),
  userAgent: z.string(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
});
export type UserSession = z.infer<typeof UserSession>;

/** What a caller may do, for those who draw buttons. */
export const Whoami = z.object({
  actor: z.string(),
  organization: z.object({ id, name: z.string() }),
  /** Everywhere in the organization; null: only in the places below, if at all. */
  role: z.enum(['viewer', 'planner', 'operator', 'admin', 'owner']).nullable(),
  /** By id. */
  projects: z.record(z.string(), Role),
  workspaces: z.record(z.string(), Role),
});
export type Whoami = z.infer<typeof Whoami>;

const moment = z.iso.datetime({ offset: true, error: 'must be a time such as 2026-11-26T12:00:00Z' });

export const AuditQuery = PageQuery.extend({
  actor: text(300).optional(),
  operation: text(100).optional(),
  objectType: text(100).optional(),
  /** Id or name. */
  object: text(300).optional(),
  outcome: z.enum(['done', 'refused']).optional(),
  since: moment.optional(),
  until: moment.optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

export const AuditRecord = z.object({
  id,
  at: time,
  /** `user:<e-mail>` or `key:<name>`. */
  actor: z.string(),
  principal: z.string().nullable(),
  sessionId: id.nullable(),
  apiKeyId: id.nullable(),
  address: z.string(),
  userAgent: z.string(),
  requestId: z.string(),
  /** As the OpenAPI document calls it. */
  operation: z.string(),
  object: z.object({ type: z.string(), id: z.string(), name: z.string().nullable() }),
  /** What the change was about, without secrets. */
  before: z.unknown(),
  after: z.unknown(),
  outcome: z.enum(['done', 'refused']),
  /** Of a refusal. */
  status: z.int().nullable(),
  code: z.string().nullable(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;
