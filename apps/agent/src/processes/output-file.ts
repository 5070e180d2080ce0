import { watch, type FSWatcher } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Where the file system tells nothing of changes (some network disks). */
const LOOK_EVERY_MS = 250;
const CHUNK_BYTES = 256 * 1024;

/**
 * A file that a process writes its output to, and that is read as it grows. Unlike a pipe it outlives its reader: a
 * process whose agent has died goes on, and what it said can be read later.
 */
export class OutputFile {
  private position = 0;
  private reading: Promise<void> = Promise.resolve();
  private watcher: FSWatcher | undefined;
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly file: FileHandle,
    private readonly onChunk: (chunk: Buffer) => void,
  ) {}

  /** Empty, for a process to write to its `fd`. */
  static async create(path: string, onChunk: (chunk: Buffer) => void): Promise<OutputFile> {
    return new OutputFile(await open(path, 'w+', 0o600), onChunk).follow(path);
  }

  /** That of a process which was started by somebody else. */
  static async reopen(path: string, onChunk: (chunk: Buffer) => void): Promise<OutputFile> {
    return new OutputFile(await open(path, 'r'), onChunk).follow(path);
  }

  get fd(): number {
    return this.file.fd;
  }

  /** Bytes that were read of it. */
  get size(): number {
    return this.position;
  }

  /** Reads to the end of what is written by now. */
  async catchUp(): Promise<void> {
    const before = this.reading.catch(() => undefined);
    this.reading = before.then(async () => this.read());
    await this.reading;
  }

  async close(): Promise<void> {
    this.watcher?.close();
    clearInterval(this.timer);
    await this.reading.catch(() => undefined);
    await this.file.close();
  }

  private follow(path: string): this {
    const look = (): void => {
      // What cannot be read now is read at the next change, or it fails the run at its end.
      this.catchUp().catch(() => undefined);
    };
    try {
      this.watcher = watch(path, look);
      this.watcher.on('error', () => {
        this.watcher?.close();
      });
    } catch {
      // A host has few watches for all of its processes (ENOSPC, EMFILE): the timer alone is late, and complete.
    }
    this.timer = setInterval(look, LOOK_EVERY_MS);
    return this;
  }

  private async read(): Promise<void> {
    for (;;) {
      const { bytesRead, buffer } = await this.file.read({
        buffer: Buffer.allocUnsafe(CHUNK_BYTES),
        position: this.position,
      });
      if (bytesRead === 0) {
        return;
      }
      this.position += bytesRead;
      this.onChunk(buffer.subarray(0, bytesRead));
    }
  }
}
