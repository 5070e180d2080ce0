import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { killGroup, killProcess, killRun, signalGroup, signalLeader } from './process-group.js';

describe('a signal to a run', () => {
  let sent: (number | string | undefined)[][];

  beforeEach(() => {
    sent = [];
    jest.spyOn(process, 'kill').mockImplementation((...args) => {
      sent.push(args);
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('goes to its process, or to its group', () => {
    killGroup(42);
    killProcess(42);
    expect(sent).toEqual([
      [-42, 'SIGKILL'],
      [42, 'SIGKILL'],
    ]);
  });

  it.each([1, 0, -1, NaN])(
    'is not sent where its number is %p, which is that of all or of the machine',
    (pid) => {
      killGroup(pid);
      killProcess(pid);
      killRun(pid);
      signalGroup(pid, 'SIGTERM');
      signalLeader(pid, 'SIGSTOP');
      expect(sent).toEqual([]);
    },
  );
});
