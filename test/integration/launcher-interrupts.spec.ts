import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';

describe('the wish to stop', () => {
  it('is heard also where the script that started us has ended before we listened', async () => {
    const module = pathToFileURL(resolve('apps/launcher/dist/start/interrupts.js')).href;
    const code = `
      if (process.connected) await new Promise((gone) => process.once('disconnect', gone));
      const { listenForInterrupts } = await import('${module}');
      console.log(listenForInterrupts().first.aborted);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    child.disconnect();
    expect(child.stdout === null ? '' : await text(child.stdout)).toBe('true\n');
  });
});
