import type { LockVerdict, RelationLock, Statistics } from './report.js';
import { isSmall, secondsFor, sizeOf } from './size.js';
import { blocks, isStronger, LOCK_MODES, type Blocked } from './trace/lock-mode.js';
import type { Relation, Relations } from './trace/relations.js';
import { WORKS, type StatementTrace, type Touched, type Work } from './trace/statement-trace.js';

/** Turns the measurements of a migration into rows that say who has to wait, for what and how long. */
export function lockReport(
  traces: readonly StatementTrace[],
  { known }: Pick<Relations, 'known'>,
  statistics: Statistics | undefined,
): RelationLock[] {
  return traces.flatMap((trace) =>
    trace.touched
      .filter(({ oid, mode }) => isWorthSaying(oid, mode, trace, known))
      .map((touched) => lockRow(touched, trace, { traces, known, statistics })),
  );
}

interface Context {
  readonly traces: readonly StatementTrace[];
  readonly known: ReadonlyMap<string, Relation>;
  readonly statistics: Statistics | undefined;
}

const VIEWS = new Set(['v', 'm']);

function lockRow({ oid, mode, taken, work }: Touched, trace: StatementTrace, context: Context): RelationLock {
  const relation = context.known.get(oid)!;
  const table = context.known.get(relation.table)?.name ?? relation.name;
  const size = sizeOf(context.statistics, table);
  const later = trace.online ? [] : context.traces.filter(({ commit, index }) => commit === trace.commit && index > trace.index);
  // Nobody but REFRESH writes to a view. An exclusively locked index stops every plan of a query on its table.
  const blocked = blocks(mode).filter((who) => who !== 'writes' || !VIEWS.has(relation.kind));
  const meanwhile = taken ? [trace, ...later].flatMap((other) => workOfOthers(other, relation.table, context)) : [];
  const waits = [...(isSmall(size) ? [] : work), ...meanwhile.map((other) => other.work)];
  return {
    relation: relation.name,
    kind: relation.kind,
    table,
    statement: trace.index,
    mode,
    taken,
    blocks: blocked,
    heldThrough: later.at(-1)?.index ?? trace.index,
    until: trace.online ? 'statement' : 'commit',
    work,
    meanwhile: meanwhile.map(({ statement, relation: name, work: what }) => ({ statement, relation: name, work: what })),
    size,
    seconds: estimate(work, meanwhile, size, context.statistics),
    verdict: verdictOf(blocked, waits),
  };
}

/** Locks that stop nobody are told only when there is something to tell: work, or a stop for other schema changes. */
function isWorthSaying(oid: string, mode: Touched['mode'], trace: StatementTrace, known: Context['known']): boolean {
  const relation = known.get(oid)!;
  if (LOCK_MODES.indexOf(mode) < LOCK_MODES.indexOf('ShareUpdateExclusiveLock')) return false;
  if (relation.table === oid) return true;
  const table = trace.touched.find((touched) => touched.oid === relation.table);
  return isStronger(mode, table?.mode);
}

interface OtherWork {
  readonly statement: number;
  readonly relation: string;
  readonly work: Work;
}

/** The heaviest work of a statement on each table but one; that of an index counts for its table. */
function workOfOthers(trace: StatementTrace, table: string, { known, statistics }: Context): OtherWork[] {
  const heaviest = new Map<string, Work>();
  for (const { oid, work } of trace.touched) {
    const other = known.get(oid)!;
    const name = known.get(other.table)?.name ?? other.name;
    const longest = WORKS.find((kind) => kind === heaviest.get(name) || work.includes(kind));
    if (other.table !== table && longest && !isSmall(sizeOf(statistics, name))) heaviest.set(name, longest);
  }
  return [...heaviest].map(([relation, work]) => ({ statement: trace.index, relation, work }));
}

function verdictOf(blocked: readonly Blocked[], waits: readonly Work[]): LockVerdict {
  if (!blocked.includes('writes') && !blocked.includes('reads')) return 'SAFE';
  if (waits.length === 0) return 'BRIEF';
  return blocked.includes('reads') ? 'OUTAGE' : 'BLOCKS_WRITES';
}

function estimate(
  work: readonly Work[],
  meanwhile: readonly OtherWork[],
  size: RelationLock['size'],
  statistics: Statistics | undefined,
): number | undefined {
  const parts = [{ work, size }, ...meanwhile.map((other) => ({ work: [other.work], size: sizeOf(statistics, other.relation) }))];
  if (parts.some((part) => part.work.length > 0 && part.size === undefined) || size === undefined) return undefined;
  return parts.reduce((sum, part) => sum + (part.size ? secondsFor(part.work, part.size) : 0), 0);
}
