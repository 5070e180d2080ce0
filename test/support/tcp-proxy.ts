import { createServer, connect, type Server, type Socket } from 'node:net';
import { freePort } from '@berth/private-servers';

/** What a proxy does with the bytes of one direction: pass them on, or swallow them without a word. */
type Flow = 'open' | 'held';

interface Line {
  readonly client: Socket;
  readonly server: Socket;
  end(): void;
}

/**
 * A network line that can break in all the ways a real one does: it can be cut (both ends hear of it), go silent in
 * one direction or in both (nobody hears anything), and refuse new connections. Silent lines keep what was sent and
 * deliver it when they are mended, as TCP does; what is cut is lost.
 */
export class TcpProxy {
  private readonly lines = new Set<Line>();
  private readonly server: Server;
  private towardsServer: Flow = 'open';
  private towardsClient: Flow = 'open';
  private refusing = false;

  private constructor(
    readonly port: number,
    private target: { readonly host: string; readonly port: number },
  ) {
    this.server = createServer((client) => {
      this.accept(client);
    });
  }

  /** Listens on a free port of this machine, for the server at this host and port. */
  static async to(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const proxy = new TcpProxy(await freePort(), target);
    await new Promise<void>((resolve, reject) => {
      proxy.server.once('error', reject);
      proxy.server.listen(proxy.port, '127.0.0.1', resolve);
    });
    return proxy;
  }

  /** The same URL by way of this proxy. */
  through(url: string): string {
    const own = new URL(url);
    own.hostname = '127.0.0.1';
    own.port = String(this.port);
    return own.href;
  }

  /** How many connections there are. */
  get connections(): number {
    return this.lines.size;
  }

  /** Swallows what is sent from now on; no end hears of it. New connections are taken and get no answer. */
  silence(direction: 'both' | 'towardsServer' | 'towardsClient' = 'both'): void {
    if (direction !== 'towardsClient') {
      this.towardsServer = 'held';
    }
    if (direction !== 'towardsServer') {
      this.towardsClient = 'held';
    }
    this.applyFlows();
  }

  /** Breaks every connection, with a reset where the system allows it. */
  cut(): void {
    for (const line of [...this.lines]) {
      reset(line.client);
      reset(line.server);
      line.end();
    }
  }

  /** Breaks every connection and takes no new one. */
  refuse(): void {
    this.refusing = true;
    this.cut();
  }

  /** Lets everything through again. A silent line delivers what it kept, where both its ends still wait. */
  mend(): void {
    this.towardsServer = 'open';
    this.towardsClient = 'open';
    this.refusing = false;
    this.applyFlows();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  private accept(client: Socket): void {
    if (this.refusing) {
      reset(client);
      return;
    }
    const server = connect(this.target);
    const line: Line = {
      client,
      server,
      end: () => {
        this.lines.delete(line);
        client.destroy();
        server.destroy();
      },
    };
    this.lines.add(line);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        // A silent line does not tell one end that the other has gone.
        if (!this.isSilent) {
          line.end();
        }
      });
    }
    client.on('data', (bytes) => {
      pass(bytes, client, server);
    });
    server.on('data', (bytes) => {
      pass(bytes, server, client);
    });
    this.applyFlows();
  }

  private applyFlows(): void {
    for (const line of [...this.lines]) {
      setFlow(line.client, this.towardsServer);
      setFlow(line.server, this.towardsClient);
      if (!this.isSilent && (line.client.destroyed || line.server.destroyed)) {
        line.end();
      }
    }
  }

  private get isSilent(): boolean {
    return this.towardsServer === 'held' || this.towardsClient === 'held';
  }
}

function pass(bytes: Buffer, from: Socket, to: Socket): void {
  if (!to.destroyed && !to.write(bytes)) {
    from.pause();
    to.once('drain', () => from.resume());
  }
}

function setFlow(source: Socket, flow: Flow): void {
  if (flow === 'held') {
    source.pause();
  } else {
    source.resume();
  }
}

/** A socket that is being connected or closed takes no reset; Node would then wait for its end for ever at exit. */
function reset(socket: Socket): void {
  if (socket.readyState === 'open') {
    socket.resetAndDestroy();
  } else {
    socket.destroy();
  }
}
