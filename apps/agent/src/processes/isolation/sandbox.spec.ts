import { describe, expect, it } from '@jest/globals';
import type { ConfinedOptions, Confinement } from './isolation.js';
import { asItIs } from './reach.js';
import { RunUser } from './run-user.js';
import { Sandbox, type SandboxSettings } from './sandbox.js';

const PROGRAM = {
  file: '/opt/engine/terraform',
  args: ['plan'],
  cwd: '/place/task',
  env: { TOKEN: 's3cret' },
};
const SETTINGS: SandboxSettings = {
  bwrap: '/usr/bin/bwrap',
  setpriv: '/usr/bin/setpriv',
  prlimit: '/usr/bin/prlimit',
  form: { ownProc: true, byRoot: false },
  reads: ['/mirror'],
  writes: ['/cache'],
  users: null,
  countsProcesses: true,
};
const PLAN: ConfinedOptions = { outlives: false, isInit: true };
const USER = new RunUser(1_900_000_000, false);

interface Case {
  readonly env?: Record<string, string>;
  readonly of?: Partial<ConfinedOptions>;
  readonly settings?: Partial<SandboxSettings>;
  readonly with?: Partial<Confinement>;
}

function confined({ env = PROGRAM.env, of = {}, settings = {}, with: more = {} }: Case = {}) {
  const sandbox = new Sandbox({ ...SETTINGS, ...settings });
  const confinement: Confinement = {
    isolation: sandbox,
    reach: {
      writes: [{ from: '/slots/1/work', at: '/place/task' }],
      reads: [asItIs('/store')],
      lent: [{ from: '/slots/1/passwd', at: '/etc/passwd' }],
      tmp: '/slots/1/tmp',
    },
    user: null,
    limits: {},
    ...more,
  };
  return sandbox.confine({ ...PROGRAM, env }, confinement, { ...PLAN, ...of });
}
const options = (one: Case = {}): string => (confined(one).sandbox ?? []).join(' ');

describe('a sandbox', () => {
  it('shows neither paths nor variables on its command line, and knows no variable itself but whose home it is', () => {
    const { file, args, env } = confined();
    expect([file, ...args]).toEqual(['/usr/bin/bwrap', '--args', '4', '--', '/opt/engine/terraform', 'plan']);
    expect(env).toEqual({});
    expect(confined({ env: { ...PROGRAM.env, HOME: '/slots/1/home' } }).env).toEqual({
      HOME: '/slots/1/home',
    });
    expect(options()).toContain('--clearenv');
    expect(options()).toContain('--setenv TOKEN s3cret');
  });

  it('lets a run write its own places and what is shared, and read the rest', () => {
    expect(options()).toContain('--bind /slots/1/work /place/task');
    expect(options()).toContain('--bind-try /cache /cache');
    expect(options()).toContain('--bind /slots/1/tmp /slots/1/tmp');
    expect(options()).toContain('--ro-bind-try /store /store');
    expect(options()).toContain('--ro-bind-try /slots/1/passwd /etc/passwd');
    expect(options()).toContain('--ro-bind-try /mirror /mirror');
    expect(options()).toContain('--ro-bind-try /opt/engine/terraform /opt/engine/terraform');
    expect(options()).toContain('--remount-ro / --chdir /place/task');
    expect(confined().sandbox).not.toContain('/etc');
  });

  it('ends with its agent, but for an apply', () => {
    expect(options()).toContain('--die-with-parent');
    expect(options({ of: { outlives: true } })).not.toContain('--die-with-parent');
  });

  it('has somebody who reaps what a shell leaves behind', () => {
    expect(options()).toContain('--as-pid-1');
    expect(options({ of: { isInit: false } })).not.toContain('--as-pid-1');
  });

  it('takes no value that would begin another option', () => {
    const env = { NAME: 'x\0--bind\0/\0/host' };
    expect(() => confined({ env })).toThrow(
      expect.objectContaining({ code: 'VARIABLE_INVALID', failureClass: 'permanent' }),
    );
  });

  it('holds a run to its limits by a program that becomes it', () => {
    const { args } = confined({ with: { limits: { memoryMb: 2, processes: 40 } } });
    expect(args.slice(3)).toEqual([
      ...['/usr/bin/prlimit', '--nproc=40', '--data=2097152'],
      ...['/opt/engine/terraform', 'plan'],
    ]);
  });

  it('does so by a shell where there is no such program, and the count is its own', () => {
    const { args } = confined({
      settings: { prlimit: null, countsProcesses: false },
      with: { limits: { memoryMb: 2, processes: 40 } },
    });
    expect(args.slice(3)).toEqual([
      ...['/bin/sh', '-c', 'ulimit -d 2048 && exec "$@"', 'sh', '/opt/engine/terraform', 'plan'],
    ]);
  });

  it('is made by the user whose run it holds', () => {
    const { user, args } = confined({ with: { user: USER } });
    expect(user).toBe(USER);
    expect(args).not.toContain('/usr/bin/setpriv');
    expect(options({ with: { user: USER } })).toContain('--unshare-user --disable-userns');
  });

  it('is made by root where users may make none, and then given to its user without any other right', () => {
    const byRoot: Case = { settings: { form: { ownProc: true, byRoot: true } }, with: { user: USER } };
    const { user, args } = confined(byRoot);
    expect(user).toBeNull();
    expect(args.slice(3, 11)).toEqual([
      ...['/usr/bin/setpriv', '--reuid', '1900000000', '--regid', '1900000000'],
      ...['--clear-groups', '--inh-caps=-all', '--no-new-privs'],
    ]);
    expect(options(byRoot)).not.toContain('--unshare-user');
    expect(options(byRoot)).toContain('--cap-drop ALL');
    expect(options(byRoot)).toContain(
      '--cap-add CAP_DAC_READ_SEARCH --cap-add CAP_SETUID --cap-add CAP_SETGID',
    );
  });

  it('sees the machine’s /proc, to read, where it may have none of its own', () => {
    const settings = { form: { ownProc: false, byRoot: false } };
    expect(options({ settings })).toContain('--ro-bind /proc /proc');
    expect(options({ settings })).not.toContain('--proc /proc');
  });
});
