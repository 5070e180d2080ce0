import { WAITS, type MetricDefinitions } from './metric-definition.js';

/** What happens to tasks, counted where it is written down. */
export const TASK_METRICS = {
  berth_tasks_claimed_total: {
    type: 'counter',
    labels: ['phase'],
    help: 'Tasks claimed: for agents by the scheduler, for build workers by the api',
    services: ['api', 'scheduler'],
  },
  berth_task_wait_seconds: {
    type: 'histogram',
    labels: ['phase'],
    help: 'Dispatch latency: from runnable to claimed, on the database’s clock',
    services: ['api', 'scheduler'],
    buckets: WAITS,
  },
  berth_confirm_to_process_seconds: {
    type: 'histogram',
    labels: ['path'],
    help: 'From a person’s last confirmation (the database’s clock) to the start of the apply’s process (the agent’s), warm or cold; told when the apply has ended',
    services: ['scheduler'],
    buckets: WAITS,
  },
  berth_task_results_total: {
    type: 'counter',
    labels: ['phase', 'outcome', 'code'],
    help: 'What agents said of their work, by what followed: planned, succeeded, failed, retried, replanned, cancelled; code is the error’s, none where there is none, other beyond the first hundred',
    services: ['scheduler'],
  },
  berth_refusals_total: {
    type: 'counter',
    labels: ['class', 'code'],
    help: 'Assignments that agents did not take, by class of failure and code',
    services: ['scheduler'],
  },
  berth_task_retries_total: {
    type: 'counter',
    labels: ['phase', 'code'],
    help: 'Tasks sent back to be tried again after a failure or a refusal',
    services: ['scheduler'],
  },
  berth_tasks_finished_total: {
    type: 'counter',
    labels: ['status'],
    help: 'Tasks that came to an end by an agent’s word',
    services: ['scheduler'],
  },
  berth_stale_messages_total: {
    type: 'counter',
    labels: ['type'],
    help: 'Messages for an attempt that is over: they changed nothing',
    services: ['scheduler'],
  },
  berth_assignments_rolled_back_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Assignments taken back because their message was in no queue: returned, nacked or not_written',
    services: ['scheduler'],
  },
  berth_rescued_total: {
    type: 'counter',
    labels: ['what'],
    help: 'What was put right that a crash left behind',
    services: ['scheduler', 'registry'],
  },
  berth_agents_lost_total: {
    type: 'counter',
    labels: [],
    help: 'Agents and build workers declared lost',
    services: ['registry'],
  },
  berth_heartbeat_delay_seconds: {
    type: 'histogram',
    labels: [],
    help: 'How much later than agreed an agent’s heartbeat came after the one before it',
    services: ['registry'],
    buckets: WAITS,
  },
  berth_api_problems_total: {
    type: 'counter',
    labels: ['code'],
    help: 'Answers that were no success, by code; STALE_ATTEMPT counts what was fenced off',
    services: ['api'],
  },
  berth_expired_rows_removed_total: {
    type: 'counter',
    labels: ['what'],
    help: 'Rows that were over and are taken away, by what they were',
    services: ['api'],
  },
  berth_failed_keys_total: {
    type: 'counter',
    labels: [],
    help: 'Requests with a key, session or token that opens nothing',
    services: ['api'],
  },
  berth_broker_users_removed_total: {
    type: 'counter',
    labels: [],
    help: 'Users of the broker that no session of an agent has, and that were taken away',
    services: ['api'],
  },
  berth_storage_removed_total: {
    type: 'counter',
    labels: ['what'],
    help: 'What was kept for a time and is removed, by what it was',
    services: ['api'],
  },
  berth_resealed_values_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Values that were sealed anew with the present data key; unreadable: left as they are, since nothing opens them',
    services: ['api'],
  },
  berth_stream_readers: {
    type: 'gauge',
    labels: [],
    help: 'Readers of GET /api/v1/stream that this process serves',
    services: ['api'],
  },
  berth_stream_ends_total: {
    type: 'counter',
    labels: ['how'],
    help: 'Streams that have ended, by how; cut_off: the reader took nothing',
    services: ['api'],
  },
  berth_stream_events_total: {
    type: 'counter',
    labels: ['type'],
    help: 'Events that streams have told, by type',
    services: ['api'],
  },
} as const satisfies MetricDefinitions;
