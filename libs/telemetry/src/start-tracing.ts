import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { serviceName } from './service-name.js';

/**
 * Sends spans over OTLP/HTTP to where the environment says, by OpenTelemetry's own settings (OTEL_EXPORTER_OTLP_…,
 * OTEL_BSP_…, OTEL_TRACES_SAMPLER, OTEL_RESOURCE_ATTRIBUTES).
 */
export function startTracing(env: NodeJS.ProcessEnv, argv: readonly string[]): void {
  const resource = resourceFromAttributes({ 'service.name': serviceName(env, argv) });
  const provider = new NodeTracerProvider({
    resource: detectResources({ detectors: [envDetector] }).merge(resource),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
}
