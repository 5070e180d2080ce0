import { randomBytes } from 'node:crypto';
import { createSignInLink, type Database } from '@berth/persistence';
import { createHash } from 'node:crypto';

export interface PageAnswer {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
  readonly headers: Headers;
}

/** Speaks to pages as a browser does: keeps cookies, says where it comes from, and follows no redirect by itself. */
export class PageCaller {
  readonly cookies = new Map<string, string>();

  /** @param publicUrl the address that the pages take for their own, where that is another */
  constructor(
    readonly baseUrl: string,
    private readonly publicUrl = baseUrl,
  ) {}

  async get(path: string, headers: Record<string, string> = {}): Promise<PageAnswer> {
    return this.send('GET', path, undefined, headers);
  }

  async post(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Record<string, string> = {},
  ): Promise<PageAnswer> {
    return this.send('POST', path, new URLSearchParams(fields), {
      origin: new URL(this.publicUrl).origin,
      ...headers,
    });
  }

  /** A JSON call with the session. */
  async json(method: string, path: string, body?: unknown) {
    const answer = await this.send(method, path, body === undefined ? undefined : JSON.stringify(body), {
      origin: new URL(this.publicUrl).origin,
      'content-type': 'application/json',
    });
    return { status: answer.status, body: answer.text === '' ? null : JSON.parse(answer.text) };
  }

  /** Signs a person in who is known by their address, as an owner's link would. */
  async signIn(database: Database, userId: string): Promise<this> {
    const token = `berth_link_${randomBytes(32).toString('base64url')}`;
    const tokenHash = createHash('sha256').update(token).digest();
    await createSignInLink(database, { userId, tokenHash, expiresAt: new Date(Date.now() + 60_000) });
    const answer = await this.post('/sign-in/link', { token });
    if (answer.status !== 303) {
      throw new Error(`the link was answered with ${answer.status}: ${answer.text}`);
    }
    return this;
  }

  private async send(
    method: string,
    path: string,
    body: string | URLSearchParams | undefined,
    headers: Record<string, string>,
  ): Promise<PageAnswer> {
    const response = await fetch(new URL(path, this.baseUrl), {
      method,
      redirect: 'manual',
      headers: {
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(30_000),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) {
        this.cookies.delete(name);
      } else {
        this.cookies.set(name, value);
      }
    }
    return {
      status: response.status,
      text: await response.text(),
      location: response.headers.get('location'),
      headers: response.headers,
    };
  }
}
