import {
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';

export type { Span } from '@opentelemetry/api';

/** The header of W3C's trace context, in HTTP and in messages. */
export const TRACEPARENT = 'traceparent';

export interface SpanOptions {
  readonly kind?: 'internal' | 'server' | 'producer' | 'consumer';
  readonly attributes?: Attributes;
  /** What it belongs to where that is not the present span: another process's, as it was written down. */
  readonly parent?: string | null;
  /** Begins a trace of its own, which only points at this one. */
  readonly link?: string | null;
}

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

const tracer = trace.getTracer('berth');

/** Begins a span; who begins it ends it. Without a collector it is nothing, and costs nothing. */
export function beginSpan(name: string, options: SpanOptions = {}): Span {
  const { kind = 'internal', attributes = {}, link } = options;
  const linked = contextOf(link);
  return tracer.startSpan(
    name,
    { kind: KINDS[kind], attributes, links: linked === null ? [] : [{ context: linked }] },
    linked === null ? parentOf(options) : ROOT_CONTEXT,
  );
}

/** Work in which this is the present span. */
export function withSpan<T>(span: Span, work: () => T): T {
  return context.with(trace.setSpan(context.active(), span), work);
}

/** The work as a span of this name, which fails with it. */
export async function inSpan<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  const span = beginSpan(name, options);
  try {
    return await withSpan(span, work);
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** The same below what was written down; where nothing was, the work alone. */
export async function inSpanBelow<T>(
  traceparent: string | null,
  name: string,
  options: Omit<SpanOptions, 'parent' | 'link'>,
  work: () => Promise<T>,
): Promise<T> {
  return traceparent === null ? work() : inSpan(name, { ...options, parent: traceparent }, work);
}

/** By the error's type alone: its words may have been told by a provider, and be anything. */
export function failSpan(span: Span, error: unknown): void {
  const type = error instanceof Error ? error.constructor.name : typeof error;
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  span.setAttribute('error.type', typeof code === 'string' ? code : type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** What the present span does is done to a task whose trace is another one. */
export function linkPresentSpan(traceparent: string | null): void {
  const linked = contextOf(traceparent);
  if (linked !== null) {
    trace.getActiveSpan()?.addLink({ context: linked });
  }
}

/** What the present span is about has failed, and is told of otherwise. */
export function failPresentSpan(error: unknown): void {
  const span = trace.getActiveSpan();
  if (span !== undefined) {
    failSpan(span, error);
  }
}

/** Work that belongs to what was written down, without a span of its own. */
export function withTraceparent<T>(traceparent: unknown, work: () => T): T {
  const parent = contextOf(traceparent);
  return parent === null ? work() : context.with(trace.setSpanContext(ROOT_CONTEXT, parent), work);
}

/** The present span, to be written down or sent; null where nobody collects traces. */
export function traceparentNow(): string | null {
  const span = presentSpan();
  return span === null ? null : traceparentOf(span);
}

/** A span, to be written down or sent; null where nobody collects it. */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string | null {
  const isValid = isSpanContextValid({ traceId, spanId, traceFlags });
  return isValid ? `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}` : null;
}

/** For a message's or a request's headers. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const now = traceparentNow();
  return now === null ? {} : { [TRACEPARENT]: now };
}

/** The trace of what was written down. */
export function traceIdOf(traceparent: unknown): string | null {
  return contextOf(traceparent)?.traceId ?? null;
}

/** The present span's ids, for the log. */
export function traceFields(): { readonly traceId?: string; readonly spanId?: string } {
  const span = presentSpan();
  return span === null ? {} : { traceId: span.traceId, spanId: span.spanId };
}

/** Whether the present work belongs to a trace. */
export function isTraced(): boolean {
  return presentSpan() !== null;
}

function presentSpan(): SpanContext | null {
  const span = trace.getSpanContext(context.active());
  return span !== undefined && isSpanContextValid(span) ? span : null;
}

function parentOf({ parent }: SpanOptions): Context {
  const written = contextOf(parent);
  return written === null ? context.active() : trace.setSpanContext(ROOT_CONTEXT, written);
}

function contextOf(traceparent: unknown): SpanContext | null {
  const parts =
    typeof traceparent === 'string'
      ? /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent)
      : null;
  const [, traceId = '', spanId = '', flags = ''] = parts ?? [];
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const found = { traceId, spanId, traceFlags, isRemote: true };
  return parts !== null && isSpanContextValid(found) ? found : null;
}

/** Sends what is waiting, at a stop; where a collector is away for longer, it is lost. */
export async function flushTraces(): Promise<void> {
  const provider = trace.getTracerProvider() as { getDelegate?: () => { forceFlush?: () => Promise<void> } };
  await provider.getDelegate?.().forceFlush?.();
}
