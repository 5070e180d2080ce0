import type { MetricDefinitions } from './metric-definition.js';

/** What is true of the whole system: one scheduler tells it, and the others say nothing. */
export const SYSTEM_METRICS = {
  berth_system_watch: {
    type: 'gauge',
    labels: [],
    help: '1 in the one scheduler that tells of the whole system, 0 in the others',
    services: ['scheduler'],
  },
  berth_queue_depth: {
    type: 'gauge',
    labels: ['pool', 'reason'],
    help: 'Tasks that have not started, by what they wait for',
    services: ['scheduler'],
  },
  berth_queue_oldest_seconds: {
    type: 'gauge',
    labels: ['pool', 'reason'],
    help: 'How long the oldest task that waits for this has waited',
    services: ['scheduler'],
  },
  berth_slots: {
    type: 'gauge',
    labels: ['pool', 'state'],
    help: 'Slots of agents that are here, or went within a day',
    services: ['scheduler'],
  },
  berth_reservations: {
    type: 'gauge',
    labels: ['pool', 'age'],
    help: 'Slots that keep a plan for a person’s answer, by how long they have',
    services: ['scheduler'],
  },
  berth_agents: {
    type: 'gauge',
    labels: ['pool', 'state'],
    help: 'Agents; lost and stopped ones for a day',
    services: ['scheduler'],
  },
  berth_agents_unwell: {
    type: 'gauge',
    labels: ['pool'],
    help: 'Agents that are here and have failed several tasks in a row for reasons of their own: others of their pool get their work',
    services: ['scheduler'],
  },
  berth_build_queue_depth: {
    type: 'gauge',
    labels: ['platform'],
    help: 'Builds that wait for a worker',
    services: ['scheduler'],
  },
  berth_build_workers: {
    type: 'gauge',
    labels: ['state'],
    help: 'Build workers; lost and stopped ones for a day',
    services: ['scheduler'],
  },
  berth_dead_letters_open: {
    type: 'gauge',
    labels: [],
    help: 'Dead letters neither replayed nor discarded',
    services: ['scheduler'],
  },
} as const satisfies MetricDefinitions;
