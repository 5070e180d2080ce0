import { FailureClass, type Failure } from '@berth/domain';

/** What stops a task, with its class: the code and message reach the user, so they hold no secret. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  private doubt = false;
  private agentEnded = false;

  private constructor(
    readonly failureClass: FailureClass,
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Another attempt may succeed: the network, a full disk, a restart. */
  static transient(code: string, message: string, options?: ErrorOptions): TaskFailure {
    return new TaskFailure(FailureClass.transient, code, message, options);
  }

  /** Nothing but a change by a person helps. */
  static permanent(code: string, message: string, options?: ErrorOptions): TaskFailure {
    return new TaskFailure(FailureClass.permanent, code, message, options);
  }

  static of(failure: Failure, options?: ErrorOptions): TaskFailure {
    return new TaskFailure(failure.class, failure.code, failure.message, options);
  }

  /** The same, where the state may be behind what was changed: a person has to look. */
  withStateInDoubt(): this {
    this.doubt = true;
    return this;
  }

  /** The same, where the agent's own process ended, and the work with it: nobody's fault, and it costs no retry. */
  withAgentEnded(): this {
    this.agentEnded = true;
    return this;
  }

  get interrupted(): boolean {
    return this.agentEnded;
  }

  get stateInDoubt(): boolean {
    return this.doubt;
  }

  toFailure(): Failure {
    return { code: this.code, class: this.failureClass, message: this.message };
  }
}
