import { createHash, randomBytes } from 'node:crypto';

/** What a user may do in a virtual host: regular expressions of the names of exchanges and queues. */
export interface BrokerRights {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/** The management API did not do what it was asked. Transient: nothing that was asked before is lost by it. */
export class BrokerManagementError extends Error {
  readonly failureClass = 'transient';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BrokerManagementError';
  }
}

const DEADLINE_MS = 5_000;
const NOT_FOUND = 404;

/**
 * The few calls of RabbitMQ's management API that give and take users. Its address holds an administrator's credentials:
 * only the api has it.
 */
export class BrokerManagement {
  private readonly base: string;
  private readonly authorization: string;

  /**
   * @param url of the management API with its user and password, such as `http://admin:password@host:15672`
   * @param vhost in which rights are given
   */
  constructor(
    url: string,
    readonly vhost: string,
  ) {
    const { username, password, origin, pathname } = new URL(url);
    this.base = `${origin}${pathname.replace(/\/$/, '')}/api`;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }

  /**
   * A user without any tag, who may use no management, and whose password does not travel. Made again, it has the new
   * password and rights. @throws BrokerManagementError
   */
  async putUser(name: string, password: string, rights: BrokerRights): Promise<void> {
    await this.call('PUT', `/users/${of(name)}`, { password_hash: passwordHash(password), tags: '' });
    await this.call('PUT', `/permissions/${of(this.vhost)}/${of(name)}`, rights);
  }

  /** @throws BrokerManagementError */
  async limitConnections(name: string, connections: number): Promise<void> {
    await this.call('PUT', `/user-limits/${of(name)}/max-connections`, { value: connections });
  }

  /** Also closes the user's connections. A user who is not there is fine. @throws BrokerManagementError */
  async deleteUser(name: string): Promise<void> {
    await this.call('DELETE', `/users/${of(name)}`);
  }

  /** The names of all users. @throws BrokerManagementError */
  async users(): Promise<readonly string[]> {
    const users = (await this.call('GET', '/users?columns=name')) as { readonly name: string }[] | null;
    return (users ?? []).map(({ name }) => name);
  }

  /** @throws BrokerManagementError where it does not answer, or does not take us for an administrator */
  async check(): Promise<void> {
    await this.call('GET', `/permissions/${of(this.vhost)}/-`);
    const me = (await this.call('GET', '/whoami')) as { readonly tags?: string | readonly string[] } | null;
    if (!String(me?.tags ?? '').includes('administrator')) {
      throw new BrokerManagementError(
        'the user of BERTH_BROKER_MANAGEMENT_URL is no administrator of the broker',
      );
    }
  }

  private async call(method: string, path: string, body?: object): Promise<unknown> {
    try {
      const response = await fetch(`${this.base}${path}`, {
        method,
        headers: { authorization: this.authorization, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      const text = await response.text();
      if (response.status === NOT_FOUND) {
        return null;
      }
      if (!response.ok) {
        throw new BrokerManagementError(
          `${method} ${path.split('/')[1] ?? ''}: ${response.status} ${text.slice(0, 300)}`,
        );
      }
      return text === '' ? null : (JSON.parse(text) as unknown);
    } catch (cause) {
      if (cause instanceof BrokerManagementError) {
        throw cause;
      }
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new BrokerManagementError(`the broker's management API does not answer: ${reason}`, { cause });
    }
  }
}

/** The virtual host that an AMQP address names. */
export function vhostOf(amqpUrl: string): string {
  const path = new URL(amqpUrl).pathname.slice(1);
  return path === '' ? '/' : decodeURIComponent(path);
}

function of(name: string): string {
  return encodeURIComponent(name);
}

/** As RabbitMQ keeps it: four bytes of salt, and the SHA-256 of salt and password (rabbit_password_hashing_sha256). */
function passwordHash(password: string): string {
  const salt = randomBytes(4);
  const hash = createHash('sha256').update(salt).update(password).digest();
  return Buffer.concat([salt, hash]).toString('base64');
}
