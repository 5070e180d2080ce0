import { describe, expect, it } from '@jest/globals';
import { asItIs } from './isolation.js';
import { Sandbox } from './sandbox.js';

const PROGRAM = {
  file: '/opt/engine/terraform',
  args: ['plan'],
  cwd: '/work/task',
  env: { TOKEN: 's3cret' },
};
const REACH = {
  writes: [{ from: '/slots/1/work', at: '/work/task' }],
  reads: [asItIs('/store')],
  tmp: '/slots/1/tmp',
};
const sandbox = new Sandbox('/usr/bin/bwrap', ['/mirror'], ['/cache']);
const confined = (options = { outlives: false, isInit: true }, env: Record<string, string> = PROGRAM.env) =>
  sandbox.confine({ ...PROGRAM, env }, REACH, options);
const options = (of = confined()): string => (of.sandbox ?? []).join(' ');

describe('a sandbox', () => {
  it('shows neither paths nor variables on its command line, and has no environment itself', () => {
    const { file, args, env } = confined();
    expect([file, ...args]).toEqual(['/usr/bin/bwrap', '--args', '4', '--', '/opt/engine/terraform', 'plan']);
    expect(env).toEqual({});
    expect(options()).toContain('--clearenv');
    expect(options()).toContain('--setenv TOKEN s3cret');
  });

  it('lets a run write its own places and what is shared, and read the rest', () => {
    expect(options()).toContain('--bind /slots/1/work /work/task');
    expect(options()).toContain('--bind-try /cache /cache');
    expect(options()).toContain('--bind /slots/1/tmp /slots/1/tmp');
    expect(options()).toContain('--ro-bind-try /store /store');
    expect(options()).toContain('--ro-bind-try /mirror /mirror');
    expect(options()).toContain('--ro-bind-try /opt/engine/terraform /opt/engine/terraform');
    expect(options()).toContain('--remount-ro / --chdir /work/task');
    expect(confined().sandbox).not.toContain('/etc');
  });

  it('ends with its agent, but for an apply', () => {
    expect(options()).toContain('--die-with-parent');
    expect(options(confined({ outlives: true, isInit: true }))).not.toContain('--die-with-parent');
  });

  it('has somebody who reaps what a shell leaves behind', () => {
    expect(options()).toContain('--as-pid-1');
    expect(options(confined({ outlives: false, isInit: false }))).not.toContain('--as-pid-1');
  });

  it('takes no value that would begin another option', () => {
    const env = { NAME: 'x\0--bind\0/\0/host' };
    expect(() => confined({ outlives: false, isInit: true }, env)).toThrow(
      expect.objectContaining({ code: 'VARIABLE_INVALID', failureClass: 'permanent' }),
    );
  });
});
