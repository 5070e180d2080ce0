import { describe, expect, it } from '@jest/globals';
import {
  failedAgentsAfter,
  healthAfterFailure,
  isOfTheAgent,
  WELL,
  type AgentHealth,
} from './agent-health.js';
import type { Failure } from './failure.js';

const NOW = new Date('2026-01-01T00:00:00Z');
const failure = (code: string, message = 'what happened'): Failure => ({ code, class: 'transient', message });
const FULL = failure('AGENT_DISK_FULL', 'No space left for /work');

function after(times: number, one = FULL): AgentHealth {
  return Array.from({ length: times }).reduce<AgentHealth>(
    (health) => healthAfterFailure(health, one, NOW),
    WELL,
  );
}

const minutesOf = ({ unwellUntil }: AgentHealth) =>
  unwellUntil === null ? null : (unwellUntil.getTime() - NOW.getTime()) / 60_000;

describe('an agent’s health', () => {
  it('stays good with one or two failures of its own', () => {
    expect(after(2)).toEqual({ ...WELL, failuresInRow: 2 });
  });

  it('is bad with the third one, and says why', () => {
    expect(after(3)).toMatchObject({
      failuresInRow: 3,
      unwellSince: NOW,
      unwellReason: 'AGENT_DISK_FULL: No space left for /work',
    });
  });

  it('is bad for longer with each further one, and never for more than half an hour', () => {
    expect([3, 4, 5, 6, 7, 8, 50].map((times) => minutesOf(after(times)))).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  it('is bad since the first time of it', () => {
    const later = new Date(NOW.getTime() + 1_000);
    expect(healthAfterFailure(after(3), FULL, later).unwellSince).toEqual(NOW);
  });

  it.each([
    failure('TERRAFORM_CONFIGURATION_INVALID'),
    failure('TERRAFORM_REGISTRY_UNAVAILABLE', 'registry.terraform.io answered 503'),
    failure('AGENT_LOST'),
    failure('SLOT_BUSY'),
  ])('does not suffer by $code', (one) => {
    expect(after(9, one)).toEqual(WELL);
  });

  it.each([
    'dial tcp: lookup registry.terraform.io on 127.0.0.53:53: server misbehaving',
    'lookup example.com: no such host',
    'Temporary failure in name resolution',
    'getaddrinfo EAI_AGAIN example.com',
    'Could not resolve host: example.com',
    'connect: network is unreachable',
  ])('suffers where it finds no way out: %s', (message) => {
    expect(isOfTheAgent(failure('TERRAFORM_REGISTRY_UNAVAILABLE', message))).toBe(true);
    expect(isOfTheAgent(failure('TERRAFORM_CONFIGURATION_INVALID', message))).toBe(false);
  });
});

describe('the agents that failed a task', () => {
  it('are remembered, the last one last, each once', () => {
    expect(failedAgentsAfter(['a', 'b'], 'a')).toEqual(['b', 'a']);
  });

  it('are forgotten when there were several others since', () => {
    expect(failedAgentsAfter(['a', 'b', 'c', 'd', 'e'], 'f')).toEqual(['b', 'c', 'd', 'e', 'f']);
  });
});
