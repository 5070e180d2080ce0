import { describe, expect, it } from '@jest/globals';
import { parseGroups, parseOomKills } from './oom-kills.js';

describe('the count of kills for want of memory', () => {
  it('is found in the files of both versions of control groups', () => {
    expect(parseOomKills('low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n')).toBe(2);
    expect(parseOomKills('oom_kill_disable 0\nunder_oom 0\noom_kill 1\n')).toBe(1);
    expect(parseOomKills('oom_kill_disable 0\n')).toBeNull();
  });

  it('is looked for in the group that the process is in', () => {
    expect(parseGroups('5:cpu,cpuacct:/a\n4:memory:/pods/b:c\n0::/unified\n')).toEqual({
      unified: ['/unified'],
      memory: ['/pods/b:c'],
    });
    expect(parseGroups('')).toEqual({ unified: [], memory: [] });
  });
});
