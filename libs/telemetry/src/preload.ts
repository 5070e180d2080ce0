import { isMainThread } from 'node:worker_threads';

/**
 * Loaded before a service (`node --import`). Nothing happens, and nothing more is read, unless somebody collects traces;
 * the heartbeats' thread has none.
 */
if (isMainThread && (process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') !== '') {
  const { startTracing } = await import('./start-tracing.js');
  startTracing(process.env, process.argv);
}
