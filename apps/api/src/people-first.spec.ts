import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Request, Response } from 'express';
import { PeopleFirst } from './people-first.js';

const CONFIRM = '/api/v1/tasks/0b0c6f0e-0000-4000-8000-000000000001/confirm';
const ACCEPT = '/agent/v1/tasks/0b0c6f0e-0000-4000-8000-000000000001/accept';
const OTHERS = '/agent/v1/tasks/0b0c6f0e-0000-4000-8000-000000000002/accept';

describe('a person’s word of a run', () => {
  // However slow this machine is, nothing is let pass because it has waited for long.
  beforeAll(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  });
  afterAll(() => {
    jest.useRealTimers();
  });

  /** Calls by their paths, in the order in which they were let pass. */
  function door() {
    const people = new PeopleFirst();
    const passed: string[] = [];
    const call = (path: string, method = 'POST'): (() => void) => {
      const response = new EventEmitter();
      people.letPass({ method, path } as Request, response as unknown as Response, () => {
        passed.push(path);
      });
      return () => {
        response.emit('close');
      };
    };
    const turn = async (): Promise<void> => new Promise(setImmediate);
    return { people, passed, call, turn };
  }

  it('goes before what agents ask and before crowds, until the run’s own agent is told', async () => {
    const { people, passed, call, turn } = door();
    const answered = call(CONFIRM);
    call(OTHERS);
    const crowd = people.turn().then(() => passed.push('crowd'));
    answered();
    await turn();
    expect(passed).toEqual([CONFIRM]);
    call(ACCEPT);
    await crowd;
    expect(passed).toEqual([CONFIRM, ACCEPT, OTHERS, 'crowd']);
    call(OTHERS);
    await turn();
    expect(passed.at(-1)).toBe(OTHERS);
  });

  it('waits for no agent for long: it may speak to another api, or be gone', async () => {
    const { passed, call, turn } = door();
    call(CONFIRM)();
    call(CONFIRM)();
    call(OTHERS);
    jest.advanceTimersByTime(20);
    await turn();
    expect(passed).toEqual([CONFIRM, CONFIRM, OTHERS]);
  });

  it('holds up nobody else, and reading holds up nobody', async () => {
    const { passed, call, turn } = door();
    call(CONFIRM, 'GET');
    call('/api/v1/tasks');
    call(ACCEPT);
    await turn();
    call(CONFIRM);
    call(CONFIRM);
    call('/api/v1/workspaces', 'GET');
    await turn();
    expect(passed).toEqual([CONFIRM, '/api/v1/tasks', ACCEPT, CONFIRM, CONFIRM, '/api/v1/workspaces']);
  });
});
