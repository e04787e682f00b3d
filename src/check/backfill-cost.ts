import { deadRows, BACKFILL_DEFAULTS } from '../engine/apply/backfill/settings.js';
import { backfillOf, type Backfill } from '../engine/files/backfill/backfill.js';
import { parseStatements } from '../engine/files/statements.js';
import type { BackfillSettings } from '../engine/target.js';
import { bytesText } from '../text/bytes.js';
import { roughly } from '../text/duration.js';
import type { RelationFacts } from './facts/facts.js';
import type { CheckRemark, Size, Statistics } from './report.js';
import { existing } from './rules/alter-command.js';
import type { Run } from './run-stages.js';

/** What batches write in a second, in bytes of WAL, without rests between them: measured, from the cautious side; see docs/performance.md. */
const BYTES_PER_SECOND = 25 * 1024 * 1024;
/** Bytes of WAL of a row beside its values, and of its entry in an index: measured. */
const WAL_ROW = 100;
const WAL_ENTRY = 100;

/** Time, WAL and growth of each backfill whose table has a known size, as far as its size tells. */
export function backfillCosts(
  runs: readonly Run[],
  statistics: Statistics | undefined,
  settings?: BackfillSettings,
): CheckRemark[] {
  if (!statistics) return [];
  return runs.flatMap(({ migration, trace }) => {
    if (!trace || !migration.directives.some(({ name }) => name === 'backfill')) return [];
    const backfill = backfillOf(migration, parseStatements(migration.sql, migration.path))!;
    const { schema, table } = backfill.directive;
    const relation = trace.statements
      .map((statement) => existing(statement, { schemaname: backfill.source.schema ?? schema, relname: table }))
      .find((found) => found !== undefined);
    const size = relation && statistics[relation.name];
    if (!size || size.rows === 0) return [];
    return [remark(migration.path, cost(backfill, relation, { size, statistics, settings }))];
  });
}

interface Cost {
  readonly table: string;
  readonly size: Size;
  readonly wal: number;
  readonly seconds: number;
  /** Of the table, by dead rows; of its indexes, by entries of dead rows. */
  readonly growth: { readonly table: number; readonly indexes: number };
}

interface Known {
  readonly size: Size;
  readonly statistics: Statistics;
  readonly settings: BackfillSettings | undefined;
}

function cost(backfill: Backfill, relation: RelationFacts, { size, statistics, settings = BACKFILL_DEFAULTS }: Known): Cost {
  const { options } = backfill.directive;
  const row = size.bytes / size.rows;
  const changes = backfill.statement.type === 'UpdateStmt';
  const entries = backfill.statement.type === 'DeleteStmt' ? 0 : relation.indexes.length * WAL_ENTRY;
  const wal = size.rows * ((changes ? 2 : 1) * row + WAL_ROW + entries);
  const dead = deadRows(options.vacuumEvery ?? settings.vacuumEvery, size.rows) || size.rows;
  const schema = relation.name.slice(0, relation.name.lastIndexOf('.') + 1);
  const indexes = relation.indexes.reduce((sum, { name }) => sum + (statistics[`${schema}${name}`]?.bytes ?? 0), 0);
  return {
    table: relation.name,
    size,
    wal,
    seconds: (wal / BYTES_PER_SECOND) * (1 + (options.pace ?? settings.pace)),
    growth: changes ? { table: Math.min(dead, size.rows) * row, indexes } : { table: 0, indexes: 0 },
  };
}

function remark(path: string, { table, size, wal, seconds, growth }: Cost): CheckRemark {
  const grows =
    growth.table > 0
      ? `; the table grows by some ${bytesText(growth.table)}, its indexes by up to ${bytesText(growth.indexes)}`
      : '';
  return {
    severity: 'notice',
    code: 'BACKFILL_COST',
    message: `${path} goes through ${table} in batches (${size.rows.toLocaleString('en')} rows, ${bytesText(size.bytes)}): about ${roughly(seconds)} and ${bytesText(wal)} of WAL${grows}.`,
    next: 'By its statistics, where every row is changed: a condition that matches fewer costs less, a slow disk, triggers or stopWhile more time.',
  };
}
