import { SpanKind, SpanStatusCode, TraceFlags, type HrTime, type SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { readDeploys, readLog } from '../engine/ledger/log.js';
import { read } from '../engine/postgres/read.js';
import type { EngineTarget } from '../engine/target.js';
import { deploySpans, type Span } from './deploy-spans.js';

/** Milliseconds for the collector to take a trace, tries after the first included. */
const PATIENCE = 10_000;
/** Entries of one deploy; it has as many as it has. */
const EVERYTHING = 1_000_000;

/**
 * Sends the trace of a deploy that has ended, as its audit tells it, to a collector. A deploy never fails for its trace. OpenTelemetry's
 * own variables (`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` and more) mean what they mean to its SDK.
 * @param base address of the collector, such as `http://collector:4318`
 * @returns what went wrong, without the address: it may hold a password
 */
export async function sendTrace(target: EngineTarget, deployId: string, base: string): Promise<string | undefined> {
  const spans = await readSpans(target, deployId).catch(() => undefined);
  if (spans === undefined) return 'its ledger could not be read';
  return spans.length === 0 ? undefined : send(spans, base).catch(() => 'the address of the collector cannot be used');
}

function readSpans(target: EngineTarget, deployId: string): Promise<Span[]> {
  return read(target.url, 'pawl:trace', async (client) => {
    const [deploy] = await readDeploys(client, target.ledger, 1, deployId);
    if (!deploy) return [];
    return deploySpans(target.name, deploy, await readLog(client, target.ledger, EVERYTHING, deployId));
  });
}

async function send(spans: readonly Span[], base: string): Promise<string | undefined> {
  const exporter = new OTLPTraceExporter({ url: `${base.replace(/\/+$/, '')}/v1/traces`, timeoutMillis: PATIENCE });
  const resource = resourceFromAttributes({ 'service.name': 'pawl' }).merge(detectResources({ detectors: [envDetector] }));
  try {
    const sent = await new Promise<{ readonly error?: Error }>((resolve) =>
      exporter.export(
        spans.map((span) => readable(span, resource)),
        resolve,
      ),
    );
    return sent.error && problemOf(sent.error);
  } finally {
    await exporter.shutdown();
  }
}

/** An error of the exporter has the status of the answer as its code, where there was one. */
function problemOf({ code }: Error & { readonly code?: unknown }): string {
  return typeof code === 'number' ? `the collector answered ${code}` : 'the collector was not reached';
}

/** The span as the SDK has it once it has ended. */
function readable({ traceId, spanId, parentSpanId, ...span }: Span, resource: Resource): ReadableSpan {
  const context = (id: string): SpanContext => ({ traceId, spanId: id, traceFlags: TraceFlags.SAMPLED });
  return {
    name: span.name,
    kind: SpanKind.INTERNAL,
    spanContext: () => context(spanId),
    ...(parentSpanId !== undefined && { parentSpanContext: context(parentSpanId) }),
    startTime: hrTime(span.from),
    endTime: hrTime(span.to),
    duration: hrTime(span.to - span.from),
    ended: true,
    status: { code: span.failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: { ...span.attributes },
    events: span.events.map(({ at, name, attributes }) => ({ time: hrTime(at), name, attributes })),
    links: [],
    resource,
    instrumentationScope: { name: 'pawl' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Milliseconds as whole seconds and the nanoseconds beyond them. */
const hrTime = (milliseconds: number): HrTime => [Math.floor(milliseconds / 1000), Math.round((milliseconds % 1000) * 1_000_000)];
