import { ANSWERS, EVERY_SERVICE, TURNS, WITH_DATABASE, type MetricDefinitions } from './metric-definition.js';

/** How a process is doing: its loops, its requests, its connections. */
export const PROCESS_METRICS = {
  berth_loop_runs_total: {
    type: 'counter',
    labels: ['loop', 'outcome'],
    help: 'Runs of background loops; outcome is ok or failed',
    services: EVERY_SERVICE,
  },
  berth_loop_items_failed_total: {
    type: 'counter',
    labels: ['loop'],
    help: 'Single items that a run of a loop could not deal with, while it went on with the others',
    services: EVERY_SERVICE,
  },
  berth_loop_seconds: {
    type: 'histogram',
    labels: ['loop'],
    help: 'Seconds that a run of a loop took',
    services: EVERY_SERVICE,
    buckets: TURNS,
  },
  berth_http_requests_total: {
    type: 'counter',
    labels: ['method', 'route', 'status'],
    help: 'HTTP requests by the route’s template and the class of the answer (2xx … 5xx, aborted); route is other where none fits',
    services: EVERY_SERVICE,
  },
  berth_http_request_seconds: {
    type: 'histogram',
    labels: ['method', 'route'],
    help: 'Seconds from a request’s first byte to its answer’s last, without event streams, which have no end of their own',
    services: EVERY_SERVICE,
    buckets: ANSWERS,
  },
  berth_bodies_in_flight_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Bytes of large bodies that the process has in hand, of requests and of answers',
    services: ['api'],
  },
  berth_bodies_refused_total: {
    type: 'counter',
    labels: [],
    help: 'Requests that found no room for a large body (503), and were asked to come again',
    services: ['api'],
  },
  berth_database_connections: {
    type: 'gauge',
    labels: ['state'],
    help: 'Connections of the process to PostgreSQL: total, idle, and waiting, which are those who have none yet',
    services: WITH_DATABASE,
  },
  berth_broker_connected: {
    type: 'gauge',
    labels: ['connection'],
    help: '1 where the connection to RabbitMQ is open, by what it is for',
    services: EVERY_SERVICE,
  },
  berth_broker_blocked: {
    type: 'gauge',
    labels: ['connection'],
    help: '1 where RabbitMQ takes nothing from this connection, by what it is for',
    services: EVERY_SERVICE,
  },
  berth_broker_repairs_total: {
    type: 'counter',
    labels: [],
    help: 'Times that exchanges, queues and bindings were declared again because a message found no way',
    services: EVERY_SERVICE,
  },
  berth_messages_published_total: {
    type: 'counter',
    labels: ['type', 'outcome'],
    help: 'Messages published, by what became of them: queued, returned, nacked, not_written or unknown',
    services: EVERY_SERVICE,
  },
  berth_changes_told_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Messages about changes for the pages that are open, by whether they were sent or dropped',
    services: ['api', 'scheduler', 'registry'],
  },
  berth_deliveries_settled_total: {
    type: 'counter',
    labels: ['type', 'outcome'],
    help: 'Deliveries by how they were settled: acked, given_back or dead_lettered',
    services: ['scheduler', 'registry', 'agent'],
  },
} as const satisfies MetricDefinitions;
