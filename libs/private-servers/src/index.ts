export { askAmqp } from './amqp-answer.js';
export type { Address } from './first-answer.js';
export { freePort, isPortFree } from './free-port.js';
export { pathHash } from './own-directory.js';
export { askPostgres } from './postgres-answer.js';
export { endPrivatePostgres, startPrivatePostgres } from './private-postgres.js';
export type { PrivatePostgresOptions } from './private-postgres.js';
export { endPrivateRabbitmq, startPrivateRabbitmq } from './private-rabbitmq.js';
export type { PrivateRabbitmqOptions } from './private-rabbitmq.js';
export type { PrivateRabbitmq, PrivateServer } from './private-server.js';
// How the servers' processes and files are kept, and the launcher keeps its services' the same way.
export { becomesReady, startDaemon, stopDaemon } from './processes/daemon.js';
export { writeJsonAtomically } from './processes/json-file.js';
export { endLeftovers, rememberProcesses } from './processes/leftovers.js';
export { lastLines } from './processes/log-file.js';
export { identify, isAlive, isSameProcess } from './processes/process-identity.js';
export type { ProcessIdentity } from './processes/process-identity.js';
export { waitUntil } from './processes/wait-until.js';
