import { prepareMigration, type Prepared } from '../apply/prepared.js';
import { statementsOf, type Segment, type StepsOf } from '../apply/segments.js';
import { constraintSteps } from '../constraints/steps.js';
import { copyDataBehind } from '../files/copy-data.js';
import { nodeOf } from '../files/statements.js';
import type { Plan, PlannedStage } from '../plan/plan.js';
import type { PendingMigration } from '../plan/pending.js';
import type { EngineTarget } from '../target.js';

/** The SQL of one pending migration, as it would run. */
export interface PlannedSql {
  readonly stage: string;
  readonly version: string;
  readonly path: string;
  /** How many statements of the file an earlier attempt has committed: they are not sent again. */
  readonly committed: number;
  readonly parts: readonly SqlPart[];
}

/** What commits as one. */
export interface SqlPart {
  /** False for a statement that runs outside a transaction. */
  readonly transaction: boolean;
  /** Of one of the steps of a constraint: what it does. It runs where that is not there yet. */
  readonly step?: string | undefined;
  /** SQL with its semicolons, and with the rows that COPY reads; undefined for a step whose SQL depends on what is there. */
  readonly sql?: string | undefined;
}

/**
 * What a deploy would send for each pending migration, in order; values of placeholders are filled in.
 * @throws EngineError for the first file that cannot be run
 */
export async function plannedSql(target: EngineTarget, { stages, journal }: Plan): Promise<PlannedSql[]> {
  const all: PlannedSql[] = [];
  for (const { stage, pending } of stages)
    for (const next of pending) {
      const prepared = await prepareMigration(next, journal.get(next.migration.version), stepsIn(target, stage, next));
      const { version, path } = next.migration;
      all.push({ stage: stage.name, version, path, committed: prepared.resume?.done ?? 0, parts: partsOf(prepared) });
    }
  return all;
}

function stepsIn(target: EngineTarget, { kind }: PlannedStage['stage'], { migration }: PendingMigration): StepsOf | undefined {
  return kind === 'constraints' ? (statement) => constraintSteps(target, migration, statement) : undefined;
}

function partsOf(prepared: Prepared): SqlPart[] {
  const begun = prepared.statements[(prepared.resume?.done ?? 0) - 1]?.end;
  let from = begun === undefined ? 0 : begun + 1;
  return prepared.segments.map((segment) => {
    const start = from;
    from = statementsOf(segment).at(-1)!.end + 1;
    if (segment.kind === 'step') return { transaction: true, step: segment.step.title };
    if (segment.kind === 'online' && segment.of > 1)
      return { transaction: false, step: segment.online.title, sql: `${segment.online.sql};` };
    return { transaction: inTransaction(segment), sql: textOf(prepared, segment, start) };
  });
}

function inTransaction(segment: Segment): boolean {
  return segment.kind === 'transaction' || segment.kind === 'step';
}

/** The statements of a segment with the comments before them. */
function textOf({ migration }: Prepared, segment: Segment, start: number): string {
  let at = start;
  const texts = statementsOf(segment).map((statement) => {
    const text = tidy(migration.sql.slice(at, statement.end));
    at = statement.end + 1;
    const rows = nodeOf(statement)[0] === 'CopyStmt' ? copyDataBehind(migration, statement) : undefined;
    return `${text};${rows ? `\n${rows.text}\\.` : ''}`;
  });
  return texts.join('\n');
}

/** Without the blanks that stand in the place of what does not run. */
function tidy(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+/, '');
}
