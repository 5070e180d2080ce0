import { describe, expect, it } from '@jest/globals';
import { decideWarmApply, type PlanPlace, type SlotFacts } from './warm-apply.js';

const hash = 'a'.repeat(64);
const tree = 'c'.repeat(64);
const plan: PlanPlace = {
  agentId: 'agent-1',
  podName: 'pod-1',
  slotId: 1,
  planHash: hash,
  workingDirectory: 'infra',
  engine: 'terraform 1.11.4',
  given: 'd'.repeat(64),
};
const slot: SlotFacts = {
  agentId: 'agent-1',
  podName: 'pod-1',
  slotId: 1,
  manifestTaskId: 'task-1',
  seal: 'e'.repeat(16),
  rightSeal: 'e'.repeat(16),
  planFileHash: hash,
  workingDirectory: 'infra',
  engine: 'terraform 1.11.4',
  given: 'd'.repeat(64),
  recordedTree: tree,
  tree,
};

describe('a warm apply', () => {
  it('skips init and the plan’s restore when every fact is the same', () => {
    expect(decideWarmApply('task-1', plan, slot)).toEqual({
      warm: true,
      summary: 'same slot, plan hash verified',
      code: 'SLOT_KEPT',
      reasons: [
        'same agent … yes (agent-1)',
        'same pod … yes (pod-1)',
        'same slot … yes (1)',
        'same task in the slot … yes (task-1)',
        `same record of the slot … yes (${'e'.repeat(16)})`,
        `same plan hash … yes (${hash})`,
        'same working directory … yes (infra)',
        'same engine … yes (terraform 1.11.4)',
        `same variables and options … yes (${'d'.repeat(64)})`,
        `same work directory … yes (${tree})`,
      ],
    });
  });

  it.each<[string, Partial<PlanPlace>, Partial<SlotFacts>, string]>([
    ['another agent', {}, { agentId: 'agent-2' }, 'same agent … no (recorded agent-1, found agent-2)'],
    ['another pod', {}, { podName: 'pod-2' }, 'same pod … no (recorded pod-1, found pod-2)'],
    [
      'another working directory',
      {},
      { workingDirectory: '' },
      'same working directory … no (recorded infra, found the top)',
    ],
    [
      'another engine version',
      {},
      { engine: 'terraform 1.12.0' },
      'same engine … no (recorded terraform 1.11.4, found terraform 1.12.0)',
    ],
    [
      'other variables',
      {},
      { given: 'e' },
      `same variables and options … no (recorded ${'d'.repeat(64)}, found e)`,
    ],
    ['another slot', {}, { slotId: 2 }, 'same slot … no (recorded 1, found 2)'],
    [
      'the manifest of another task',
      {},
      { manifestTaskId: 'task-2' },
      'same task in the slot … no (recorded task-1, found task-2)',
    ],
    [
      'no manifest',
      {},
      { manifestTaskId: null },
      'same task in the slot … no (recorded task-1, found nothing)',
    ],
    [
      'a manifest that somebody has changed',
      {},
      { rightSeal: 'f'.repeat(16) },
      `same record of the slot … no (recorded ${'f'.repeat(16)}, found ${'e'.repeat(16)})`,
    ],
    [
      'a manifest without a seal',
      {},
      { seal: null },
      `same record of the slot … no (recorded ${'e'.repeat(16)}, found nothing)`,
    ],
    [
      'another plan file',
      {},
      { planFileHash: 'b'.repeat(64) },
      `same plan hash … no (recorded ${hash}, found ${'b'.repeat(64)})`,
    ],
    ['no plan file', {}, { planFileHash: null }, `same plan hash … no (recorded ${hash}, found nothing)`],
    [
      'an agent that was not recorded',
      { agentId: null },
      {},
      'same agent … no (recorded nothing, found agent-1)',
    ],
    ['a slot that was not recorded', { slotId: null }, {}, 'same slot … no (recorded nothing, found 1)'],
    [
      'a hash that was not recorded',
      { planHash: null },
      { planFileHash: null },
      'same plan hash … no (recorded nothing, found nothing)',
    ],
    [
      'a changed work directory',
      {},
      { tree: 'd'.repeat(64) },
      `same work directory … no (recorded ${tree}, found ${'d'.repeat(64)})`,
    ],
    ['no work directory', {}, { tree: null }, `same work directory … no (recorded ${tree}, found nothing)`],
    [
      'a work directory of which no digest was kept',
      {},
      { recordedTree: null },
      `same work directory … no (recorded nothing, found ${tree})`,
    ],
  ])('is never begun with %s', (_, planChange, slotChange, reason) => {
    const decision = decideWarmApply('task-1', { ...plan, ...planChange }, { ...slot, ...slotChange });
    expect(decision.warm).toBe(false);
    expect(decision.reasons).toContain(reason);
  });
});
