import { createHash } from 'node:crypto';
import { EngineError } from '../error.js';
import { readMigration } from '../files/inspect.js';
import type { Migration } from '../files/migration.js';
import { hashStatements } from '../files/statement-hash.js';
import { placeAt } from '../files/place.js';
import type { Statement } from '../files/statements.js';
import { findingFrom, type PlanFinding } from '../finding.js';
import type { Intent } from '../ledger/intents.js';

/** Where a migration goes on. */
export interface Resume {
  /** So many statements of the file, from its first on, are committed and are never sent again. */
  readonly done: number;
  /** The entry of the statement after those: of an attempt whose end is not known, or of the steps of it that are committed. */
  readonly running?: Intent | undefined;
  /** The journal is about an earlier text, which does not count any more. */
  readonly stale?: true;
}

/**
 * Holds the journal of a migration against its present text: what is committed has to stand at its beginning, statement by statement;
 * comments and white space do not matter, and what comes after it may be anything.
 * @throws EngineError `LEDGER_EDITED`
 */
export function resumeOf(migration: Migration, statements: readonly Statement[], journal: readonly Intent[]): Resume {
  let done = 0;
  for (const entry of journal) {
    const end = entry.statement + (entry.detail.statements ?? 1);
    const same = isOf(entry, statements.slice(entry.statement, end));
    // It is run from its beginning whenever its text has changed.
    if (!same && migration.repeatable) return { done: 0, stale: true };
    if (entry.state === 'running') {
      if (same) return { done, running: entry };
      if (entry.detail.repeatable) return { done };
      throw interrupted(migration, entry);
    }
    if (!same) throw edited(migration, entry.statement, end);
    done = end;
  }
  return { done };
}

/**
 * What is half applied, as findings: a warning that says where the next deploy resumes, an error where the file was edited before that.
 * A file that does not parse has a finding of its own.
 * @param journal by version, without what is applied
 */
export async function findHalfApplied(
  pending: readonly Migration[],
  journal: ReadonlyMap<string, readonly Intent[]>,
): Promise<PlanFinding[]> {
  const half = pending.filter(({ version }) => journal.has(version));
  const findings = await Promise.all(half.map((migration) => halfApplied(migration, journal.get(migration.version)!)));
  return findings.flat();
}

/** The journals of versions that have neither a file nor a row any more: what is committed of them stays in the database. */
export function findAbandoned(
  files: readonly Migration[],
  applied: readonly { readonly version: string }[],
  journal: ReadonlyMap<string, readonly Intent[]>,
): PlanFinding[] {
  const known = new Set([...files, ...applied].map(({ version }) => version));
  return [...journal.keys()].filter((version) => !known.has(version)).map(abandoned);
}

async function halfApplied(migration: Migration, journal: readonly Intent[]): Promise<PlanFinding[]> {
  let statements: readonly Statement[];
  try {
    statements = await readMigration(migration);
  } catch (error) {
    if (error instanceof EngineError) return [];
    throw error;
  }
  return [resumption(migration, statements, journal)];
}

function resumption(migration: Migration, statements: readonly Statement[], journal: readonly Intent[]): PlanFinding {
  try {
    const { done, running } = resumeOf(migration, statements, journal);
    const next = statements[done];
    const place = next && placeAt(migration.sql, next.start, migration.path);
    const committed = done === 0 ? 'none' : done === 1 ? 'the first' : `the first ${done}`;
    const on = running ? `; ${running.detail.title ?? 'the next one'} was under way` : '';
    return {
      severity: 'warning',
      code: 'HALF_APPLIED',
      message: `${migration.path} is half applied: of its ${statements.length} statements ${committed} ${done > 1 ? 'are' : 'is'} committed${on}`,
      next: place
        ? `The next deploy resumes at ${place.file}:${place.line}. Only what stands from there on can still be edited.`
        : 'The next deploy records it as applied. Only what is added at its end can still be edited.',
      place,
    };
  } catch (error) {
    return findingFrom(error);
  }
}

function abandoned(version: string): PlanFinding {
  return {
    severity: 'warning',
    code: 'HALF_APPLIED',
    message: `version ${version} is half applied, but no file has it`,
    next: `Bring its file back and deploy, or record that its work is finished otherwise: pawl ledger mark-applied ${version} --reason "..." (with the file).`,
  };
}

function isOf(entry: Intent, statements: readonly Statement[]): boolean {
  if (entry.hash === hashStatements(statements)) return statements.length > 0;
  // Entries of a ledger from before comments and white space were left out.
  return statements.length === 1 && entry.hash === createHash('sha256').update(statements[0]!.text).digest('hex');
}

function edited(migration: Migration, from: number, to: number): EngineError {
  const which = to - from === 1 ? `statement ${to} is` : `statements ${from + 1} to ${to} are`;
  return refusal(
    migration,
    `${migration.path}: ${which} committed already, and the file no longer has ${to - from === 1 ? 'it' : 'them'} in that place`,
    'Restore what has run, and change only what comes after it',
  );
}

function interrupted(migration: Migration, { statement, detail }: Intent): EngineError {
  const what = detail.title ?? (detail.steps ? 'is put on in part' : 'was under way');
  return refusal(
    migration,
    `${migration.path}: statement ${statement + 1} (${what}) may have had an effect, and the file no longer has it in that place`,
    'Restore it and deploy: it is finished, or what it left is cleared away and it may be changed',
  );
}

function refusal(migration: Migration, message: string, restore: string): EngineError {
  return new EngineError('LEDGER_EDITED', 'blocked', message, {
    next: `${restore}. Or finish the file's work by hand and record that: pawl ledger mark-applied ${migration.version} --reason "...".`,
    version: migration.version,
  });
}
