import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { keepBoot } from './machine-boot.js';
import { OutputFile } from './output-file.js';

/** Takes what a process says. */
export interface OutputReader {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
}

/** The two outputs of a process in files of a directory. */
export class OutputFiles {
  private constructor(
    private readonly stdout: OutputFile,
    private readonly stderr: OutputFile,
  ) {}

  /** Empty ones, for a new process. */
  static async create(directory: string, reader: OutputReader): Promise<OutputFiles> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await keepBoot(directory);
    return OutputFiles.with(directory, reader, async (path, onChunk) => OutputFile.create(path, onChunk));
  }

  /** Those of a process that another one started. @throws where there are none */
  static async reopen(directory: string, reader: OutputReader): Promise<OutputFiles> {
    return OutputFiles.with(directory, reader, async (path, onChunk) => OutputFile.reopen(path, onChunk));
  }

  private static async with(
    directory: string,
    reader: OutputReader,
    openFile: (path: string, onChunk: (chunk: Buffer) => void) => Promise<OutputFile>,
  ): Promise<OutputFiles> {
    const out = await openFile(join(directory, 'stdout'), (chunk) => {
      reader.stdout(chunk);
    });
    try {
      const err = await openFile(join(directory, 'stderr'), (chunk) => {
        reader.stderr(chunk);
      });
      return new OutputFiles(out, err);
    } catch (error) {
      await out.close();
      throw error;
    }
  }

  get out(): number {
    return this.stdout.fd;
  }

  get err(): number {
    return this.stderr.fd;
  }

  /** Nothing was read of either. */
  get isEmpty(): boolean {
    return this.stdout.size === 0 && this.stderr.size === 0;
  }

  /** All that the process has written by now is read. */
  async catchUp(): Promise<void> {
    await this.stdout.catchUp();
    await this.stderr.catchUp();
  }

  async close(): Promise<void> {
    await Promise.all([this.stdout.close(), this.stderr.close()]);
  }
}
