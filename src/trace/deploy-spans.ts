import { createHash } from 'node:crypto';
import { isDecision, isEvent } from '../engine/ledger/events.js';
import type { DeployRecord, LogEntry } from '../engine/ledger/log.js';

/** A stretch of a deploy; times in milliseconds since 1970. Ids are derived from the deploy, so that sending a trace twice changes nothing. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly events: readonly { readonly at: number; readonly name: string; readonly attributes: Record<string, string> }[];
}

interface Detail {
  readonly name?: string;
  readonly stage?: string;
  readonly state?: string;
  readonly milliseconds?: number;
}

/**
 * One deploy as one trace, from its audit: the deploy, its stages, their migrations, and their waits for locks. Names, versions and codes,
 * never SQL text, messages or reasons.
 */
export function deploySpans(target: string, deploy: DeployRecord, entries: readonly LogEntry[]): Span[] {
  const traceId = hash(deploy.deployId, 32);
  const id = (key: string): string => hash(`${deploy.deployId} ${key}`, 16);
  const span = (key: string, parent: string | undefined, more: Omit<Span, 'traceId' | 'spanId' | 'parentSpanId'>): Span => ({
    traceId,
    spanId: id(key),
    ...(parent !== undefined && { parentSpanId: id(parent) }),
    ...more,
  });
  const applied = entries.filter(({ kind }) => kind === 'migration.applied');
  const ended = entries.filter((entry) => isEvent(entry, 'stage.ended'));
  const noted = new Set(ended.map((entry) => detailOf(entry).name));
  const stages = ended.map((entry) => {
    const { name = '', stage = '', state = '' } = detailOf(entry);
    const more = { attributes: { 'pawl.stage.kind': stage }, failed: !['done', 'cancelled'].includes(state), events: [] };
    return span(`stage ${name}`, 'deploy', { name: `${stage} ${name}`, ...stretch(entry), ...more });
  });
  const migrated = [...new Set(applied.map((entry) => detailOf(entry).stage ?? ''))]
    .filter((name) => !noted.has(name))
    .map((name) => {
      const own = applied.filter((entry) => (detailOf(entry).stage ?? '') === name).map(stretch);
      const [from, to] = [Math.min(...own.map((one) => one.from)), Math.max(...own.map((one) => one.to))];
      const attributes = { 'pawl.stage.kind': 'migrate', 'pawl.applied': own.length };
      return span(`stage ${name}`, 'deploy', { name: `migrate ${name}`, from, to, attributes, failed: false, events: [] });
    });
  const migrations = applied.map((entry) => {
    const { name = '', stage = '' } = detailOf(entry);
    const attributes = { 'pawl.version': entry.version ?? '', 'pawl.migration': name };
    const more = { attributes, failed: false, events: [] };
    return span(`migration ${entry.version}`, `stage ${stage}`, { name: `apply ${name}`, ...stretch(entry), ...more });
  });
  const known = new Set(applied.map(({ version }) => version));
  const waits = entries
    .filter((entry) => isEvent(entry, 'migration.waited'))
    .map((entry, n) => {
      const parent = known.has(entry.version) ? `migration ${entry.version}` : 'deploy';
      const more = { attributes: { 'pawl.version': entry.version ?? '' }, failed: false, events: [] };
      return span(`wait ${n}`, parent, { name: 'wait for a lock', ...stretch(entry), ...more });
    });
  const whole = span('deploy', undefined, {
    name: `deploy ${target}`,
    from: deploy.startedAt.getTime(),
    to: (deploy.finishedAt ?? entries.at(-1)?.at ?? deploy.startedAt).getTime(),
    failed: deploy.outcome !== 'done',
    attributes: {
      'pawl.target': target,
      'pawl.deploy': deploy.deployId,
      'pawl.release': deploy.release,
      'pawl.label': deploy.label,
      'pawl.outcome': deploy.outcome ?? '',
      'pawl.applied': deploy.applied,
    },
    events: entries.filter((entry) => isDecision(entry) || isEvent(entry, 'migration.failed')).map(momentOf),
  });
  return [whole, ...migrated, ...stages, ...migrations, ...waits];
}

/** A failure or a decision. */
function momentOf({ at, kind, version, by }: LogEntry): Span['events'][number] {
  const attributes = { ...(version !== null && { 'pawl.version': version }), ...(by !== null && { 'pawl.by': by }) };
  return { at: at.getTime(), name: kind, attributes };
}

function stretch(entry: LogEntry): { from: number; to: number } {
  const to = entry.at.getTime();
  return { from: to - (detailOf(entry).milliseconds ?? 0), to };
}

const detailOf = ({ detail }: LogEntry): Detail => detail;

const hash = (text: string, digits: number): string => createHash('sha256').update(text).digest('hex').slice(0, digits);
