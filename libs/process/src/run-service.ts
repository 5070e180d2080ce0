/** What a running service can be asked. */
export interface RunningService {
  /** How long this stop may take, in milliseconds, where the settings decide it. */
  readonly graceMs?: number;
  /** Finishes what is in hand and closes every connection. */
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly name: string;
  /** How long a stop may take, in milliseconds, before the process ends anyway; the service may say otherwise. */
  readonly graceMs: number;
  readonly start: () => Promise<RunningService>;
  /** Writes one line for a person; `start` may fail before there is a logger. */
  readonly print: (line: string) => void;
}

/**
 * The life of a service's process: start, run until SIGTERM or SIGINT, stop within the grace period.
 * A second signal ends it at once. A start that fails prints one clear line and exits with 1.
 */
export async function runService(options: ServiceOptions): Promise<void> {
  const { name, print } = options;
  let service: RunningService;
  try {
    service = await options.start();
  } catch (error) {
    for (const line of startFailure(error)) {
      print(`${name}: ${line}`);
    }
    process.exit(1);
  }
  const graceMs = service.graceMs ?? options.graceMs;
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) {
      process.exit(130);
    }
    stopping = true;
    const giveUp = setTimeout(() => {
      print(`${name}: did not stop within ${graceMs / 1000} s after ${signal}, ending now`);
      process.exit(1);
    }, graceMs);
    service.close().then(
      () => {
        clearTimeout(giveUp);
        process.exit(0);
      },
      (error: unknown) => {
        print(`${name}: stopping failed: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function startFailure(error: unknown): string[] {
  if (error instanceof Error) {
    return error.message.split('\n');
  }
  return [String(error)];
}
