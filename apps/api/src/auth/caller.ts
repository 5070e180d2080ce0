import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';

/**
 * Who is calling: a person (or their script) with a key, an agent's process, what runs inside a task, a build worker,
 * whoever holds a build's own token, or the machine in which a worker builds it.
 */
export type Caller =
  | { readonly kind: 'user'; readonly organizationId: string; readonly keyId: string; readonly actor: string }
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
      readonly actor: string;
    }
  | {
      readonly kind: 'task';
      readonly organizationId: string;
      readonly workspaceId: string;
      readonly taskId: string;
      readonly attempt: number;
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
