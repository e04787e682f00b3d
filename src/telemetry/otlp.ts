import type { Span } from './deploy-spans.js';

/**
 * Spans as OTLP over HTTP wants them in JSON (opentelemetry-proto, trace/v1; ids as hex, times as nanoseconds in strings).
 * @param resource attributes of who sends, `service.name` among them
 */
export function otlpDocument(spans: readonly Span[], resource: Readonly<Record<string, string>>): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: 'pawl' }, spans: spans.map(spanOf) }],
      },
    ],
  };
}

const INTERNAL = 1;
const UNSET = 0;
const ERROR = 2;

function spanOf({ traceId, spanId, parentSpanId, name, from, to, failed, attributes, events }: Span): object {
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind: INTERNAL,
    startTimeUnixNano: nanoseconds(from),
    endTimeUnixNano: nanoseconds(to),
    attributes: attributesOf(attributes),
    events: events.map((event) => ({
      timeUnixNano: nanoseconds(event.at),
      name: event.name,
      attributes: attributesOf(event.attributes),
    })),
    status: { code: failed ? ERROR : UNSET },
  };
}

const nanoseconds = (milliseconds: number): string => `${Math.round(milliseconds)}000000`;

function attributesOf(values: Readonly<Record<string, string | number>>): object[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
}
