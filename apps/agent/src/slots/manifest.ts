import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile, syncDirectory, writeDurably } from '../disk/durable-file.js';

/** What a slot's work directory holds, kept beside it so that a restarted agent knows. */
export const Manifest = z.object({
  version: z.literal(1),
  taskId: z.string(),
  attempt: z.int(),
  workspaceId: z.string(),
  /** `working`: a process is at it, or was when the agent died. `planned`: a finished plan waits here. */
  state: z.enum(['working', 'planned']),
  agentId: z.string(),
  podName: z.string(),
  slotId: z.int(),
  planHash: z.string().nullable(),
  /** Of the work directory as the plan left it; null in a slot of an older agent, which is then cold. */
  treeDigest: z.string().nullable().default(null),
  engine: z.object({ path: z.string(), version: z.string() }).nullable(),
  /** What the plan was made with; null without one, and in a slot of an older agent, which is then cold. */
  basis: z
    .object({
      /** Below the work directory, where terraform ran. */
      workingDirectory: z.string(),
      /** With its version. */
      engine: z.string(),
      /** Digest of variables and options. */
      given: z.string(),
    })
    .nullable()
    .default(null),
  /** Of all of it, by a key that the api gives with the task and that lies on no disk; null of what no apply begins with. */
  seal: z.string().nullable().default(null),
  /** Of the run, for the process of the agent that goes on with it; null where nobody collects traces. */
  traceparent: z.string().nullable().default(null),
});
export type Manifest = z.infer<typeof Manifest>;

const FILE = 'manifest.json';
/** Hex digits: 128 bits. */
const SEAL_LENGTH = 32;

/** Null where there is none that can be read: then the slot holds nothing. */
export async function readManifest(slotDirectory: string): Promise<Manifest | null> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(slotDirectory, FILE), 'utf8')));
  } catch {
    return null;
  }
}

/**
 * What proves that the manifest is as its agent wrote it: who could write to the slot's disk cannot make it.
 * @param key in hex, of the workspace; null from an api that gives none, and nothing is sealed then
 */
export function sealOf(manifest: Manifest, key: string | null): string | null {
  if (key === null) {
    return null;
  }
  const { seal: _seal, ...sealed } = manifest;
  const entries = Object.entries(sealed).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHmac('sha256', Buffer.from(key, 'hex'))
    .update(`slot manifest ${JSON.stringify(entries)}`)
    .digest('hex')
    .slice(0, SEAL_LENGTH);
}

/** With its seal. */
export function sealed(manifest: Manifest, key: string | null): Manifest {
  return { ...manifest, seal: sealOf(manifest, key) };
}

/** A crash leaves the old one or the new one. */
export async function writeManifest(slotDirectory: string, manifest: Manifest): Promise<void> {
  await writeDurably(join(slotDirectory, FILE), textOf(manifest));
}

/** A manifest on its way to the disk. */
export interface Mark {
  /** The next process of the agent finds it, whenever this one dies. */
  readonly seen: Promise<void>;
  /** Nothing of it is at work any more; it never rejects. After `seen`, not even a loss of power undoes it. */
  readonly over: Promise<void>;
}

/** Writes it for a process that starts as soon as it is seen, and that a loss of power would take along. */
export function markSlot(slotDirectory: string, manifest: Manifest): Mark {
  const seen = replaceFile(join(slotDirectory, FILE), textOf(manifest));
  const over = seen.then(async () => syncDirectory(slotDirectory)).catch(() => undefined);
  return { seen, over };
}

function textOf(manifest: Manifest): string {
  return JSON.stringify(manifest, null, 2);
}
