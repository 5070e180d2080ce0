import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An answer of the token endpoint, as RFC 8628 has them. */
export type TokenAnswer = Readonly<Record<string, unknown>> | number;

/** A double of an api's sign-in for command lines (RFC 8628), and of what tells whose key it is. Nobody has a browser here. */
export class SignInDouble {
  readonly begun: URLSearchParams[] = [];
  readonly asked: URLSearchParams[] = [];
  /** Each ask gets the next one; the last stays. A number is a status without a body that means anything. */
  tokenAnswers: TokenAnswer[] = [{ error: 'authorization_pending' }];
  /** 404 where this api has no sign-in. */
  beginStatus = 200;
  expiresIn = 600;
  readonly key = 'berth_user_of-the-double';

  private constructor(private readonly server = createServer()) {
    server.on('request', (request, response) => {
      void this.answer(request, response);
    });
  }

  static async start(): Promise<SignInDouble> {
    const double = new SignInDouble();
    double.server.listen(0, '127.0.0.1');
    await once(double.server, 'listening');
    return double;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request));
    if (request.url === '/auth/device') {
      this.begun.push(form);
      json(response, this.beginStatus, {
        device_code: 'the-device-code',
        user_code: 'BCDF-GHJK',
        verification_uri: `${this.url}/device`,
        verification_uri_complete: `${this.url}/device?user_code=BCDF-GHJK`,
        expires_in: this.expiresIn,
        interval: 0.05,
      });
    } else if (request.url === '/auth/device/token') {
      this.asked.push(form);
      this.answerToken(response);
    } else {
      this.account(request, response);
    }
  }

  private answerToken(response: ServerResponse): void {
    const answer = (this.tokenAnswers.length > 1 ? this.tokenAnswers.shift() : this.tokenAnswers[0]) ?? 500;
    if (typeof answer === 'number') {
      json(response, answer, {});
    } else {
      json(response, 'error' in answer ? 400 : 200, answer);
    }
  }

  private account({ headers }: IncomingMessage, response: ServerResponse): void {
    if (headers.authorization === `Bearer ${this.key}`) {
      const organizations = [{ id: 'o1', name: 'acme', role: 'member' }];
      json(response, 200, {
        id: 'u1',
        email: 'ada@example.org',
        name: 'Ada',
        hasPassword: false,
        organizations,
      });
    } else {
      json(response, 401, {
        status: 401,
        code: 'UNAUTHORIZED',
        detail: 'this key is unknown, revoked or expired',
      });
    }
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
