import { messageKeyOf, type BrokerLogin, type KnownSession, type SessionKey } from '@berth/messaging';

/** As whom a process of the agent speaks on the broker. */
export interface Speaker extends SessionKey {
  /** Null where the broker gives sessions no users, and the address says as whom we connect. */
  readonly login: BrokerLogin | null;
}

/** What of the present session is needed on the broker: its signature and its user, by everything that is connected there. */
export class Voice {
  private speaker: Speaker | undefined;
  private listeners: ((speaker: Speaker) => void)[] = [];
  private onShut: () => void = () => undefined;

  /** @param agentSecret kept on the agent's disk; it makes the keys of all its sessions */
  constructor(
    private readonly agentId: string,
    readonly agentSecret: string,
  ) {}

  get present(): Speaker | undefined {
    return this.speaker;
  }

  /** A session has begun: what is said from now on is said in its name. */
  begin(sessionId: string, login: BrokerLogin | null): void {
    const speaker = { sessionId, login, key: messageKeyOf(this.agentSecret, sessionId) };
    this.speaker = speaker;
    for (const listener of this.listeners) {
      listener(speaker);
    }
  }

  /** Told of each session from now on. */
  whenBegun(listener: (speaker: Speaker) => void): void {
    this.listeners = [...this.listeners, listener];
  }

  /** Told when the broker takes us no more, and only another session helps. */
  whenShut(renew: () => void): void {
    this.onShut = renew;
  }

  /** @param username as whom it was tried; a former session's says nothing of this one */
  shut(username: string): void {
    const { login } = this.speaker ?? { login: null };
    if (login === null || login.username === username) {
      this.onShut();
    }
  }

  /** What the services say is signed with a key of this agent's, perhaps with that of a session before this one. */
  findSession = async (sessionId: string): Promise<KnownSession> => ({
    agentId: this.agentId,
    sessionId,
    key: messageKeyOf(this.agentSecret, sessionId),
    brokerUser: null,
  });
}
