import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { writeJsonAtomically } from '@berth/private-servers';

const runtimeSchema = z.object({
  apiUrl: z.string(),
  apiKey: z.string(),
  databaseUrl: z.string(),
  amqpUrl: z.string(),
  /** Signs the first owner in, once; as long as there is none. */
  signInUrl: z.string().optional(),
  /** The services. */
  processes: z.array(
    z.object({
      name: z.string(),
      pid: z.int(),
      agentId: z.string().optional(),
      url: z.string().optional(),
      metricsUrl: z.string().optional(),
    }),
  ),
  /** The private database and broker, where they are ours. */
  servers: z.array(z.object({ name: z.string(), pid: z.int() })).optional(),
  launcherPid: z.int().optional(),
});

/** How scripts reach what runs; holds secrets, so it is for the owner's eyes only. */
export type RuntimeFile = z.infer<typeof runtimeSchema>;

export function writeRuntime(file: string, runtime: RuntimeFile): void {
  writeJsonAtomically(file, runtime);
}

export function removeRuntime(file: string): void {
  rmSync(file, { force: true });
}

/** What was written there last, or undefined where there is nothing to read. */
export function readRuntime(file: string): RuntimeFile | undefined {
  try {
    return runtimeSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
