import type { CheckedMigration, CheckReport, RelationLock } from '../../check/report.js';
import { escapeHtml as e } from './escape-html.js';
import { durationWords, modeWords, reasonWords, sizeWords, VERDICT_WORDS, VERDICTS, whoWaits } from './lock-words.js';

/** One statement as a column of the picture. */
interface Column {
  readonly migration: CheckedMigration;
  readonly statement: number;
}

/** A picture of the deploy from left to right: one row for each table that somebody has to wait for, a bar while it is locked. */
export function lockTimeline(report: CheckReport): string {
  const migrations = report.migrations.filter(({ locks }) => locks.some(isFelt));
  if (migrations.length === 0) return `<section><h2>Locks</h2><p>${e(unfelt(report))}</p></section>`;
  const columns = migrations.flatMap((migration) => migration.statements.map((_, statement) => ({ migration, statement })));
  const tables = worstFirst(migrations);
  const widths = columns.map(widthOf).join(' ');
  return `<section><h2>Who waits, for what, how long</h2>
<p class="legend"><span class="bar OUTAGE">readers and writers wait</span><span class="bar BLOCKS_WRITES">writers wait</span><span class="bar BRIEF">everybody waits, for a moment</span><span>┊ COMMIT</span></p>
<div class="scroll"><div class="timeline" style="grid-template-columns: max-content ${widths} minmax(0, 1px)">
${migrations.map((migration) => headOf(migration, columns)).join('')}
${columns.map((column, index) => statementOf(column, index)).join('')}
${commitsOf(columns, tables.length)}
${tables.map((table, row) => rowOf(table, row, migrations, columns)).join('')}
</div></div></section>`;
}

/** What can be said where no table was waited for: after a failure nothing more was measured. */
function unfelt({ migrations }: CheckReport): string {
  const failed = migrations.find(({ outcome }) => outcome !== 'ran');
  return failed
    ? `Measured up to ${failed.path}, where the check failed; up to there nobody has to wait for any table.`
    : 'Nobody has to wait for any table.';
}

const isFelt = ({ verdict }: RelationLock) => verdict !== 'SAFE';
const FIRST_ROW = 3;

function worstFirst(migrations: readonly CheckedMigration[]): string[] {
  const worst = new Map<string, number>();
  for (const { table, verdict } of migrations.flatMap(({ locks }) => locks.filter(isFelt))) {
    worst.set(table, Math.max(worst.get(table) ?? 0, VERDICTS.indexOf(verdict)));
  }
  return [...worst].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).map(([table]) => table);
}

/** Statements that nobody waits long for are as narrow as their number. Long ones share the rest; an hour shall not push all else away. */
function widthOf({ migration, statement }: Column): string {
  const waits = migration.locks.filter((lock) => lock.statement === statement && isLong(lock));
  const seconds = Math.max(0, ...waits.map((lock) => lock.seconds ?? 0));
  return waits.length === 0 ? `${NARROW}px` : `minmax(7rem, ${(1 + Math.log10(1 + seconds)).toFixed(2)}fr)`;
}

const NARROW = 34;
const isLong = ({ verdict }: RelationLock) => verdict === 'OUTAGE' || verdict === 'BLOCKS_WRITES';

function place(from: number, to: number, row: number): string {
  return `grid-column:${from + 2}/${to + 3};grid-row:${row}`;
}

function headOf(migration: CheckedMigration, columns: readonly Column[]): string {
  const from = columns.findIndex((column) => column.migration === migration);
  const to = columns.findLastIndex((column) => column.migration === migration);
  return `<div class="file-head" style="${place(from, to, 1)}" title="${e(migration.path)}">${e(migration.locks.some(isLong) ? migration.name : migration.version)}</div>`;
}

function statementOf({ migration, statement }: Column, index: number): string {
  const { line, text } = migration.statements[statement]!;
  const wide = migration.locks.some((lock) => lock.statement === statement && isLong(lock));
  return `<div class="statement" style="${place(index, index, 2)}" title="line ${line}: ${e(text)}"><span>${line}</span>${wide ? e(text) : ''}</div>`;
}

/** A line down through all rows where a transaction ends. */
function commitsOf(columns: readonly Column[], rows: number): string {
  return columns
    .flatMap(({ migration, statement }, index) => {
      const next = columns[index + 1];
      const ends =
        next?.migration !== migration ||
        next.migration.statements[next.statement]?.commit !== migration.statements[statement]?.commit;
      return ends ? [`<div class="commit" style="grid-column:${index + 2};grid-row:2/${rows + FIRST_ROW}"></div>`] : [];
    })
    .join('');
}

function rowOf(table: string, row: number, migrations: readonly CheckedMigration[], columns: readonly Column[]): string {
  const size = migrations.flatMap(({ locks }) => locks).find((lock) => lock.table === table && lock.size)?.size;
  const bars = migrations.flatMap((migration) =>
    bestOf(migration.locks.filter((lock) => lock.table === table && isFelt(lock))).map((lock) =>
      barOf(lock, migration, columns, row),
    ),
  );
  const at = row + FIRST_ROW;
  return `<div class="row ${row % 2 === 0 ? 'even' : ''}" style="grid-row:${at}"></div><div class="table" style="grid-row:${at}"><code>${e(table)}</code>${
    size ? `<i>${e(sizeWords(size))}</i>` : ''
  }</div>${bars.join('')}`;
}

/** A lock with the work of later statements under it. */
interface Bar extends RelationLock {
  readonly then: RelationLock['work'];
}

/** An earlier bar ends where a worse one begins; of two over the same statements the worse one is shown, of two alike one for both. */
function bestOf(locks: readonly RelationLock[]): Bar[] {
  return locks.flatMap((lock) => {
    const rank = VERDICTS.indexOf(lock.verdict);
    const worse = locks.filter((other) => other !== lock && VERDICTS.indexOf(other.verdict) > rank);
    if (worse.some((other) => other.statement <= lock.statement && other.heldThrough >= lock.heldThrough)) return [];
    const twin = locks.find(
      (other) =>
        other !== lock &&
        other.verdict === lock.verdict &&
        other.statement <= lock.statement &&
        other.heldThrough >= lock.statement,
    );
    if (twin && locks.indexOf(twin) < locks.indexOf(lock)) return [];
    const later = locks.filter((other) => other !== lock && other.verdict === lock.verdict && follows(other, lock));
    const next = worse.find((other) => other.statement > lock.statement && other.statement <= lock.heldThrough);
    const whole = later.reduce<Bar>(together, { ...lock, then: [] });
    return [next ? { ...whole, heldThrough: next.statement - 1 } : whole];
  });
}

const follows = (later: RelationLock, lock: RelationLock): boolean =>
  later.statement > lock.statement && later.statement <= lock.heldThrough;

/** Work of a later statement under the same lock: people wait for both. */
function together(bar: Bar, { seconds, work }: RelationLock): Bar {
  const sum = bar.seconds === undefined || seconds === undefined ? undefined : bar.seconds + seconds;
  return { ...bar, then: [...bar.then, ...work.slice(0, 1)], seconds: sum };
}

function barOf(lock: Bar, migration: CheckedMigration, columns: readonly Column[], row: number): string {
  const at = columns.findIndex((column) => column.migration === migration && column.statement === lock.statement);
  const span = lock.heldThrough - lock.statement;
  const reason = [reasonWords(lock), ...lock.then].join(', then ');
  const words = `${whoWaits(lock)} of ${lock.relation} wait ${durationWords(lock)}: ${reason} under ${modeWords(lock.mode)}`;
  const [first, rest] = lock.seconds === undefined ? [reason, ''] : [durationWords(lock), reason];
  const label = isLong(lock) ? `<b>${e(first)}</b> ${e(rest)}` : '';
  return `<div class="bar ${lock.verdict}" style="${place(at, at + span, row + FIRST_ROW)}" title="${e(`${VERDICT_WORDS[lock.verdict]}: ${words}`)}">${label}</div>`;
}
