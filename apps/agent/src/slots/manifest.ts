import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../durable-file.js';

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
});
export type Manifest = z.infer<typeof Manifest>;

const FILE = 'manifest.json';

/** Null where there is none that can be read: then the slot holds nothing. */
export async function readManifest(slotDirectory: string): Promise<Manifest | null> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(slotDirectory, FILE), 'utf8')));
  } catch {
    return null;
  }
}

/** A crash leaves the old one or the new one. */
export async function writeManifest(slotDirectory: string, manifest: Manifest): Promise<void> {
  await writeDurably(join(slotDirectory, FILE), JSON.stringify(manifest, null, 2));
}
