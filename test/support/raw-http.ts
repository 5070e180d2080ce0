import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** One HTTP connection of which a test decides every byte, and when it is sent. */
export class RawHttp {
  private received = Buffer.alloc(0);
  private broken: Error | null = null;
  private hasEnded = false;
  private readonly changed = new Set<() => void>();

  private constructor(private readonly socket: Socket) {
    socket.on('data', (piece: Buffer) => {
      this.received = Buffer.concat([this.received, piece]);
      this.tell();
    });
    socket.on('error', (error) => {
      this.broken = error;
      this.tell();
    });
    socket.on('close', () => {
      this.hasEnded = true;
      this.tell();
    });
  }

  static async to(baseUrl: string): Promise<RawHttp> {
    const { hostname, port } = new URL(baseUrl);
    const socket = connect(Number(port), hostname);
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawHttp(socket);
  }

  /** @throws Error where the connection is broken, as a sender would see it */
  async send(bytes: string | Buffer): Promise<void> {
    if (this.broken !== null || this.socket.destroyed) {
      throw this.broken ?? new Error('the connection has ended under the sender');
    }
    await new Promise<void>((resolve, reject) => {
      this.socket.write(bytes, (error) => {
        if (error) {
          reject(error);
        } else {
          resolve();
        }
      });
    });
  }

  async sendHead(method: string, path: string, headers: Readonly<Record<string, string>>): Promise<void> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    await this.send(`${method} ${path} HTTP/1.1\r\nhost: test\r\n${lines.join('')}\r\n`);
  }

  /** The next whole answer. @throws Error where the connection ends before it */
  async answer(deadlineMs = 60_000): Promise<RawAnswer> {
    const timer = setTimeout(() => {
      this.socket.destroy(new Error(`no answer came within ${deadlineMs} ms`));
    }, deadlineMs);
    try {
      return await this.wholeAnswer();
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    this.socket.destroy();
  }

  private async wholeAnswer(): Promise<RawAnswer> {
    for (;;) {
      const answer = this.take();
      if (answer !== null) {
        return answer;
      }
      if (this.hasEnded) {
        throw new Error(`the connection ended without an answer: ${String(this.broken)}`);
      }
      await new Promise<void>((resolve) => {
        this.changed.add(resolve);
      });
    }
  }

  private take(): RawAnswer | null {
    const text = this.received.toString('latin1');
    const headEnd = text.indexOf('\r\n\r\n');
    if (headEnd === -1) {
      return null;
    }
    const headers = text.slice(0, headEnd).toLowerCase();
    const status = Number(headers.split(' ')[1]);
    const length = Number(/\r\ncontent-length: (\d+)/.exec(headers)?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (this.received.length < end) {
      return null;
    }
    const body = this.received.toString('utf8', headEnd + 4, end);
    this.received = this.received.subarray(end);
    return { status, headers, body };
  }

  private tell(): void {
    for (const resolve of this.changed) {
      resolve();
    }
    this.changed.clear();
  }
}
