import { readDeploys, readLog } from '../engine/ledger/log.js';
import { connect } from '../engine/postgres/connect.js';
import type { EngineTarget } from '../engine/target.js';
import { deploySpans } from './deploy-spans.js';
import { otlpDocument } from './otlp.js';

/** Milliseconds for the collector to take a trace. */
const PATIENCE = 10_000;
/** Entries of one deploy; it has as many as it has. */
const EVERYTHING = 1_000_000;

/** What is read of the environment: where traces go, and what OpenTelemetry's own variables say about who sends them. */
export interface TraceSettings {
  readonly PAWL_TRACES?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_HEADERS?: string | undefined;
  readonly OTEL_RESOURCE_ATTRIBUTES?: string | undefined;
  readonly OTEL_SERVICE_NAME?: string | undefined;
}

/**
 * Sends the trace of a deploy that has ended, as its audit tells it, where PAWL_TRACES names a collector. A deploy never fails for its trace.
 * @returns what went wrong, without the address: it may hold a password
 */
export async function sendTrace(target: EngineTarget, deployId: string, settings: TraceSettings): Promise<string | undefined> {
  const { PAWL_TRACES: base } = settings;
  if (!base) return undefined;
  try {
    const session = await connect({
      url: target.url,
      application: 'pawl:trace',
      lockTimeout: target.lockTimeout,
      readOnly: true,
    });
    try {
      const [deploy] = await readDeploys(session.client, target.ledger, 1, deployId);
      if (!deploy) return undefined;
      const spans = deploySpans(target.name, deploy, await readLog(session.client, target.ledger, EVERYTHING, deployId));
      const answer = await fetch(`${base.replace(/\/+$/, '')}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...pairs(settings.OTEL_EXPORTER_OTLP_HEADERS) },
        body: JSON.stringify(otlpDocument(spans, resourceOf(settings))),
        signal: AbortSignal.timeout(PATIENCE),
      });
      return answer.ok ? undefined : `the collector answered ${answer.status}`;
    } finally {
      await session.close();
    }
  } catch (error) {
    return (error as Error).name === 'TimeoutError' ? 'the collector did not answer in time' : 'the collector was not reached';
  }
}

const resourceOf = ({ OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME }: TraceSettings): Record<string, string> => ({
  'service.name': 'pawl',
  ...pairs(OTEL_RESOURCE_ATTRIBUTES),
  ...(OTEL_SERVICE_NAME && { 'service.name': OTEL_SERVICE_NAME }),
});

/** `a=1,b=two%20words`, as OpenTelemetry's variables have it. */
function pairs(text = ''): Record<string, string> {
  const entries = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())] as const] : [];
  });
  return Object.fromEntries(entries);
}
