import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiProblem, type Client, type Schemas } from '@berth/client';
import { patiently } from '../connection/patience.js';
import { WrongUse } from '../failures.js';
import { Pace } from '../output/progress.js';
import type { Output } from '../output/output.js';
import { plain } from '../output/plain.js';
import { size } from '../output/words.js';
import { collectFiles } from '../packing/collect.js';
import { ArchiveTooLarge, packEntries, type Archive } from '../packing/pack.js';
import type { Weights } from '../packing/weights.js';
import { ArchiveBlob } from './archive-blob.js';

type Configuration = Schemas['Configuration'];
type Limits = Schemas['Installation']['limits'];

/** From here on people begin to wait, and want to know for what. */
const LARGE_BYTES = 10_000_000;
const UPLOAD_TIMEOUT_MS = 30 * 60_000;

export interface Uploading {
  readonly client: Client;
  readonly out: Output;
  readonly signal: AbortSignal;
}

/**
 * Packs the directory and makes it the workspace's configuration. The digest goes first: where the workspace has these very
 * bytes already, nothing is sent. @throws WrongUse where it is more than the api takes
 */
export async function uploadDirectory(
  directory: string,
  workspaceId: string,
  uploading: Uploading,
): Promise<Configuration> {
  const { client, out, signal } = uploading;
  const { limits } = await client.get('/api/v1/installation', { signal });
  const folder = await mkdtemp(join(tmpdir(), 'berth-upload-'));
  try {
    const archive = await packDirectory(directory, join(folder, 'configuration.tar.gz'), {
      out,
      signal,
      limits,
    });
    return await send(archive, workspaceId, uploading);
  } finally {
    out.progress.clear();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Packing {
  readonly out: Output;
  readonly signal: AbortSignal;
  readonly limits: Limits;
}

async function packDirectory(
  directory: string,
  path: string,
  { out, signal, limits }: Packing,
): Promise<Archive> {
  const told = new Pace();
  const { entries, isCut, weights, invalidRules, halfExcluded } = await collectFiles(directory, {
    maxEntries: limits.entries,
    signal,
    onFile: ({ files, bytes }) => {
      if (told.isTime()) {
        out.progress.show(`looking at the files: ${files}, ${size(bytes)}`);
      }
    },
  });
  for (const rule of invalidRules) {
    out.note(`.terraformignore: ${JSON.stringify(rule)} is no pattern and excludes nothing`);
  }
  for (const folder of halfExcluded.slice(0, 5)) {
    out.note(
      `.terraformignore leaves out the entry ${plain(folder)} and nothing that is in it, as with terraform: "${plain(folder)}/" means all of it`,
    );
  }
  if (isCut || weights.bytes > limits.unpackedBytes) {
    const most = isCut ? `${limits.entries} files and folders` : size(limits.unpackedBytes);
    throw new WrongUse(
      [`${sum(weights)} would be uploaded, and the most is ${most}.`, ...heavyLines(weights), ADVICE].join(
        '\n',
      ),
    );
  }
  if (weights.bytes > LARGE_BYTES) {
    out.note([`The upload is large: ${sum(weights)}.`, ...heavyLines(weights), ADVICE].join('\n'));
  }
  let read = 0;
  try {
    return await packEntries(entries, path, {
      signal,
      maxBytes: limits.configurationBytes,
      onRead: (bytes) => {
        read += bytes;
        if (told.isTime()) {
          out.progress.show(`packing: ${size(read)} of ${size(weights.bytes)}`);
        }
      },
    });
  } catch (error) {
    if (error instanceof ArchiveTooLarge) {
      const most = `${size(limits.configurationBytes)} packed (BERTH_MAX_CONFIGURATION_MB of the api)`;
      throw new WrongUse(
        [`${sum(weights)} would be uploaded, and the most is ${most}.`, ...heavyLines(weights), ADVICE].join(
          '\n',
        ),
      );
    }
    throw error;
  }
}

const ADVICE = 'What a run does not need is left out by lines in .terraformignore, such as "cache/".';

function sum({ files, bytes }: Weights): string {
  return `${size(bytes)} in ${files} file${files === 1 ? '' : 's'}`;
}

function heavyLines(weights: Weights): string[] {
  return weights.heaviest().map(({ path, bytes, files }) => {
    const many = files > 1 ? ` (${files} files)` : '';
    return `  ${size(bytes).padStart(7)}  ${plain(path)}${many}`;
  });
}

async function send(
  archive: Archive,
  workspace: string,
  { client, out, signal }: Uploading,
): Promise<Configuration> {
  const { sha256 } = archive;
  const path = { workspace };
  try {
    const known = await client.post('/api/v1/workspaces/{workspace}/configurations/reuse', {
      params: { path },
      body: { sha256 },
      signal,
    });
    out.note(`Nothing has changed since it was uploaded (${size(archive.bytes)}): nothing is sent.`);
    return known;
  } catch (error) {
    if (!(error instanceof ApiProblem && error.code === 'UNKNOWN_CONTENT')) {
      throw error;
    }
  }
  const params = { path, header: { 'Idempotency-Key': randomUUID() } };
  const told = new Pace();
  const upload = async (): Promise<Configuration> => {
    const body = new ArchiveBlob(archive, (bytes) => {
      if (told.isTime()) {
        out.progress.show(`uploading: ${size(bytes)} of ${size(archive.bytes)}`);
      }
    });
    return client.post('/api/v1/workspaces/{workspace}/configurations', {
      params,
      body,
      signal,
      timeoutMs: UPLOAD_TIMEOUT_MS,
    });
  };
  const configuration = await patiently(upload, signal);
  out.progress.clear();
  out.note(`Uploaded: ${size(archive.bytes)}.`);
  return configuration;
}
