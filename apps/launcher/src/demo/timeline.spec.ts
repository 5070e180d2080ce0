import { describe, expect, it } from '@jest/globals';
import type { DemoEvent, DemoTask } from './demo-task.js';
import { timelineOf } from './timeline.js';

const at = (ms: number) => new Date(Date.parse('2026-01-01T00:00:00.000Z') + ms).toISOString();
const event = (ms: number, name: string, attempt: number, data: DemoEvent['data'] = {}): DemoEvent => ({
  at: at(ms),
  event: name,
  attempt,
  data,
});
const claim = (ms: number, phase: string, attempt: number) => event(ms, 'claim', attempt, { phase });

const TASK: DemoTask = {
  id: 't1',
  operation: 'plan_and_apply',
  status: 'succeeded',
  phase: 'apply',
  message: null,
  agentId: 'agent-1',
  slotId: 1,
  planHash: null,
  changes: null,
  error: null,
  phases: { apply: { processStartedAt: at(540) } },
  createdAt: at(0),
  confirmedAt: at(500),
  finishedAt: at(640),
};
const PLANNED = [
  event(1, 'create', 0),
  claim(20, 'plan', 1),
  event(25, 'accept', 1),
  event(70, 'init', 1),
  event(150, 'plan', 1),
  event(400, 'finish_plan', 1),
];
const APPLIED = [
  event(503, 'confirm', 1),
  claim(520, 'apply', 2),
  event(535, 'apply', 2),
  event(640, 'finish', 2),
];

const columns = (task: DemoTask, events: DemoEvent[]) =>
  timelineOf(task, events).map(({ mark, offsetMs, takesMs }) => [mark, offsetMs, takesMs]);

describe('the timeline', () => {
  it('has each mark with its offset and with the time until the next one', () => {
    expect(columns(TASK, [...PLANNED, ...APPLIED])).toEqual([
      ['queued', 0, 20],
      ['assigned', 20, 50],
      ['init', 70, 80],
      ['plan', 150, 250],
      ['planned', 400, 100],
      ['confirmed', 500, 20],
      ['assigned', 520, 20],
      ['apply begun', 540, 100],
      ['applied', 640, null],
    ]);
  });

  it('ends with the plan where nothing is applied', () => {
    const task = { ...TASK, operation: 'plan', confirmedAt: null, phases: {} };
    const events = [...PLANNED.slice(0, -1), event(400, 'finish', 1)];

    expect(columns(task, events).map(([mark]) => mark)).toEqual([
      'queued',
      'assigned',
      'init',
      'plan',
      'planned',
    ]);
  });

  it('shows the init and the restored plan of a cold apply', () => {
    const events = [
      event(1, 'create', 0),
      claim(10, 'apply', 1),
      event(40, 'init', 1),
      event(90, 'restore_plan', 1),
      event(640, 'finish', 1),
    ];

    expect(columns({ ...TASK, confirmedAt: null }, events)).toEqual([
      ['queued', 0, 10],
      ['assigned', 10, 30],
      ['init', 40, 50],
      ['plan restore', 90, 450],
      ['apply begun', 540, 100],
      ['applied', 640, null],
    ]);
  });

  it('shows the last attempt where the first one came to nothing', () => {
    const events = [
      event(1, 'create', 0),
      claim(5, 'plan', 1),
      event(8, 'init', 1),
      event(9, 'retry', 1),
      claim(20, 'plan', 2),
      event(70, 'init', 2),
    ];

    expect(columns({ ...TASK, confirmedAt: null, phases: {} }, events)).toEqual([
      ['queued', 0, 20],
      ['assigned', 20, 50],
      ['init', 70, null],
    ]);
  });

  it('leaves out what the timeline has missed', () => {
    const events = [...PLANNED, ...APPLIED].filter(({ event: name }) => name !== 'init');

    expect(columns(TASK, events)).toContainEqual(['assigned', 20, 130]);
  });
});
