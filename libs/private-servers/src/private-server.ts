/** A server that runs for us alone, on loopback, and ends with us. */
export interface PrivateServer {
  /** Where clients connect, with user and password. */
  url: string;
  pid: number;
  port: number;
  /** Settles when the server has ended, however it did, with a few words on how. */
  exited: Promise<string>;
  /** Ends it cleanly. May be called twice. */
  stop(): Promise<void>;
  /** Ends it as fast as is safe for its data. May be called after `stop`. */
  kill(): Promise<void>;
}

export interface PrivateServerOptions {
  /** Where it keeps everything: data, password, log. Only one process may use a folder at a time. */
  dataDir: string;
  /** Where its output goes; in `dataDir` by default. */
  logFile?: string;
  /** The port to listen on, where a client knows it already; a free one by default. */
  port?: number | undefined;
  onProgress?: ((message: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface PrivateRabbitmq extends PrivateServer {
  /** Where the plugin rabbitmq_management listens, with its administrator, if it is enabled. */
  managementUrl?: string;
  /** Where the plugin rabbitmq_prometheus listens, if it is enabled. */
  prometheusUrl?: string;
  /** Runs rabbitmqctl with these arguments and gives what it prints. @throws Error with what it said */
  control(...args: string[]): Promise<string>;
}
