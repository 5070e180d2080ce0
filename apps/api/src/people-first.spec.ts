import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Request, Response } from 'express';
import { PeopleFirst } from './people-first.js';

const CONFIRM = '/api/v1/tasks/0b0c6f0e-0000-4000-8000-000000000001/confirm';
const ACCEPT = '/agent/v1/tasks/0b0c6f0e-0000-4000-8000-000000000001/accept';

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

  it('goes before what agents ask and before crowds, until it is answered', async () => {
    const { people, passed, call, turn } = door();
    const answered = call(CONFIRM);
    call(ACCEPT);
    const crowd = people.turn().then(() => passed.push('crowd'));
    await turn();
    expect(passed).toEqual([CONFIRM]);
    answered();
    await crowd;
    expect(passed).toEqual([CONFIRM, ACCEPT, 'crowd']);
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
