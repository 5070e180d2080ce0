import { STEPS, type MetricDefinitions } from './metric-definition.js';

/** What an agent does in its slots. */
export const AGENT_METRICS = {
  berth_agent_runs: {
    type: 'gauge',
    labels: ['phase'],
    help: 'Runs in this agent’s slots now',
    services: ['agent'],
  },
  berth_agent_run_seconds: {
    type: 'histogram',
    labels: ['phase'],
    help: 'From accept to result',
    services: ['agent'],
    buckets: STEPS,
  },
  berth_agent_step_seconds: {
    type: 'histogram',
    labels: ['phase', 'step'],
    help: 'Seconds of each named step of a run; a build’s own steps are called build_step',
    services: ['agent'],
    buckets: STEPS,
  },
  berth_agent_applies_total: {
    type: 'counter',
    labels: ['path', 'reason'],
    help: 'Applies by whether they began warm or cold, and by the first check that failed',
    services: ['agent'],
  },
  berth_agent_inits_total: {
    type: 'counter',
    labels: ['how', 'reason'],
    help: 'Inits by how they were done: skipped (a warm apply), reused (that of an equal one on this agent) or run',
    services: ['agent'],
  },
  berth_agent_slots_bytes: {
    type: 'gauge',
    labels: [],
    help: 'What lies in the folders of slots in which something runs',
    services: ['agent'],
  },
  berth_agent_runs_over_limit_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Runs that were stopped because they took more than they may: disk or processes',
    services: ['agent'],
  },
  berth_agent_unsaved_states: {
    type: 'gauge',
    labels: [],
    help: 'States that only this agent’s disk has',
    services: ['agent'],
  },
} as const satisfies MetricDefinitions;
