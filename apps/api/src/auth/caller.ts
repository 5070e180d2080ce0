import type { Access, Standing } from '@berth/domain';
import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { NamedPlace } from './places.js';

/** A person, by their session or a key of theirs, or a service by its key. */
export interface Principal {
  /** `user:<id>` or `key:<id>`. */
  readonly id: string;
  readonly userId: string | null;
  readonly keyId: string | null;
  readonly sessionId: string | null;
  /** Of the key that was shown. */
  readonly keyExpiresAt: Date | null;
  /** Of a service: where its key opens something, and what. */
  readonly service: {
    readonly organizationId: string;
    readonly role: Standing;
    readonly restricted: boolean;
  } | null;
}

/** Somebody whom their secret has named, before it is known what they want and where. */
export interface KnownUser {
  readonly kind: 'user';
  readonly principal: Principal;
  readonly actor: string;
}

/**
 * Who is calling: a person (or their script, or a service) with a key or a session, an agent's process, what runs inside
 * a task, a build worker, whoever holds a build's own token, or the machine in which a worker builds it.
 */
export type Caller =
  | (KnownUser & {
      /** Where they act. */
      readonly organizationId: string;
      /** What they may do there. */
      readonly access: Access;
    })
  | {
      readonly kind: 'agent';
      readonly organizationId: string;
      readonly agentId: string;
      readonly podName: string;
      readonly sessionId: string;
      readonly actor: string;
    }
  | {
      readonly kind: 'pool';
      readonly organizationId: string;
      readonly poolId: string;
      readonly tokenId: string;
      readonly actor: string;
    }
  | {
      readonly kind: 'task';
      readonly organizationId: string;
      readonly workspaceId: string;
      readonly taskId: string;
      readonly attempt: number;
      readonly phase: 'plan' | 'apply';
      readonly actor: string;
    }
  | {
      readonly kind: 'worker';
      readonly organizationId: string;
      readonly workerId: string;
      readonly actor: string;
    }
  | {
      readonly kind: 'build';
      readonly organizationId: string;
      readonly buildId: string;
      readonly actor: string;
    }
  | {
      readonly kind: 'machine';
      readonly organizationId: string;
      readonly buildId: string;
      readonly attempt: number;
      /** Which owns the build. */
      readonly workerId: string;
      readonly actor: string;
    };

/** The same, but that a user may not have been admitted anywhere yet. */
export type KnownCaller = KnownUser | Exclude<Caller, { kind: 'user' }>;

export type CallerKind = Caller['kind'];

const CALLER_KINDS = 'berth:caller-kinds';
/** Who may call; without it, users only. */
export const OpenTo = (...kinds: CallerKind[]) => SetMetadata(CALLER_KINDS, kinds);

const PUBLIC = 'berth:public';
/** Whoever asks is answered: the call says nothing of anybody, or takes its own password. */
export const Public = () => SetMetadata(PUBLIC, true);

/** The kinds of callers that an operation is open to, as its method says or else its controller; null where to anyone. */
export function callersOf(handler: object, controller: object): readonly CallerKind[] | null {
  const said = (mark: string): unknown =>
    Reflect.getMetadata(mark, handler) ?? Reflect.getMetadata(mark, controller);
  return said(PUBLIC) === true ? null : ((said(CALLER_KINDS) as CallerKind[] | undefined) ?? ['user']);
}

export interface WithCaller {
  caller?: Caller;
  /** Where a person or a service acts. */
  place?: NamedPlace;
  /** Whether the one who asked may have the answer now too; for a stream that lasts. */
  stillMay?: () => Promise<boolean>;
  /** Of this request, in logs, problems and records. */
  requestId?: string;
  /** The id of what this request creates, where its Idempotency-Key has one. */
  newId?: string;
}

function callerOf(context: ExecutionContext): Caller {
  const { caller } = context.switchToHttp().getRequest<WithCaller>();
  if (caller === undefined) {
    throw new Error('this call has no caller: it is public');
  }
  return caller;
}

export type UserCaller = Extract<Caller, { kind: 'user' }>;
export type AgentCaller = Extract<Caller, { kind: 'agent' }>;
export type WorkerCaller = Extract<Caller, { kind: 'worker' }>;
export type BuildCaller = Extract<Caller, { kind: 'build' }>;
export type MachineCaller = Extract<Caller, { kind: 'machine' }>;
export type PoolCaller = Extract<Caller, { kind: 'pool' }>;

/** The caller that the guard found. */
export const CallerParam = createParamDecorator((_: unknown, context: ExecutionContext) => callerOf(context));

/** The id to create under, undefined where the request has no Idempotency-Key. */
export const NewIdParam = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<WithCaller>().newId,
);
