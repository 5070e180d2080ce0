import type { Role } from './member.js';

/** What each service is told of times. */
export type Pace = Readonly<Record<Exclude<Role, 'api'>, Readonly<Record<string, string>>>>;

/** Every setting that is about time as it is by default. */
export const DEFAULT_PACE: Pace = { registry: {}, scheduler: {}, agent: {} };

/** Times are a few seconds, so that many losses and returns fit into a run; their order is that of the defaults. */
export const QUICK_PACE: Pace = {
  registry: {
    BERTH_HEARTBEAT_INTERVAL_MS: '1000',
    BERTH_AGENT_SUSPECT_AFTER_MS: '3000',
    BERTH_AGENT_LOST_AFTER_MS: '6000',
    BERTH_MASS_LOST_AFTER_MS: '15000',
    BERTH_MISSING_TASK_SECONDS: '12',
    BERTH_RETRY_FIRST_DELAY_MS: '500',
    BERTH_RETRY_MAX_DELAY_MS: '8000',
  },
  scheduler: {
    BERTH_ACCEPT_LEASE_SECONDS: '10',
    BERTH_RECONCILE_INTERVAL_MS: '1000',
    BERTH_RESERVATION_SECONDS: '45',
    BERTH_RETRY_FIRST_DELAY_MS: '500',
    BERTH_RETRY_MAX_DELAY_MS: '8000',
  },
  agent: {
    BERTH_AGENT_SLOTS: '6',
    BERTH_AGENT_CONCURRENCY: '2',
    BERTH_AGENT_DRAIN_SECONDS: '10',
    BERTH_TERRAFORM_GRACE_SECONDS: '5',
    BERTH_RESULT_RESEND_SECONDS: '5',
  },
};
