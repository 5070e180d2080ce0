import { TaskFailure } from '../failures/task-failure.js';
import { runTerraform, type TerraformCommand, type TerraformResult } from './terraform-process.js';

export interface TerraformOutput extends TerraformResult {
  readonly stdout: string;
}

/** Runs a command whose output is a document, such as `show -json`: it goes to the caller and not to the log. */
export async function readTerraformOutput(
  command: Omit<TerraformCommand, 'json' | 'onEvent' | 'onStdout'>,
  maxBytes: number,
): Promise<TerraformOutput> {
  const chunks: Buffer[] = [];
  let size = 0;
  const result = await runTerraform({
    ...command,
    json: false,
    onStdout: (chunk) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
      }
    },
  });
  if (size > maxBytes) {
    throw TaskFailure.permanent(
      'TERRAFORM_OUTPUT_TOO_LARGE',
      `${command.binary} ${command.args[0] ?? ''} printed ${size} bytes; this agent reads at most ${maxBytes}`,
    );
  }
  return { ...result, stdout: Buffer.concat(chunks).toString('utf8') };
}
