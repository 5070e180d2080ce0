export * from './berth-server.js';
export * from './broker-connection.js';
export * from './permanent-message-error.js';
export * from './publisher.js';
export * from './requester.js';
export * from './settling-filter.js';
export * from './topology.js';
export * from './listen-for-messages.js';
