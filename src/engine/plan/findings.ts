import { setImmediate as othersFirst } from 'node:timers/promises';
import { readMigration } from '../files/inspect.js';
import { readFingerprint } from '../files/fingerprint.js';
import { compareVersions, fileText, versionOf, type Migration } from '../files/migration.js';
import { loadGrammar } from '../files/statements.js';
import { findingFrom, type PlanFinding } from '../finding.js';
import type { AppliedMigration } from '../ledger/applied.js';
import { squashedVersions } from '../squash/squashed-versions.js';
import type { EngineTarget } from '../target.js';
import type { PendingMigration } from './pending.js';
import type { MigrationStage } from '../files/stage.js';

/** Holds each applied row against its file: another name, other content, no file. */
export async function findDrift(
  target: EngineTarget,
  stages: readonly MigrationStage[],
  applied: readonly AppliedMigration[],
): Promise<PlanFinding[]> {
  const files = new Map(stages.flatMap((stage) => stage.migrations).map((migration) => [migration.version, migration]));
  const gone = new Set([...target.retired.map(versionOf), ...[...files.values()].flatMap(squashedVersions)]);
  const isRetired = retiredBy(target, applied);
  const orphans: AppliedMigration[] = [];
  const findings: PlanFinding[] = [];
  for (const row of applied) {
    const file = files.get(row.version);
    if (!file) {
      if (!gone.has(row.version) && !isRetired(row)) orphans.push(row);
    } else if (row.name !== file.name) findings.push(renamed(row, file));
    else if (row.checksum !== null && row.checksum !== file.checksum && !file.repeatable) findings.push(await edited(row, file));
  }
  return [...(orphans.length > 0 ? [orphaned(orphans)] : []), ...findings];
}

/** Whether a row comes before the version up to which files are gone: by number, or else in the order of the ledger. */
function retiredBy({ retiredBefore }: EngineTarget, applied: readonly AppliedMigration[]): (row: AppliedMigration) => boolean {
  if (retiredBefore === undefined) return () => false;
  const before = versionOf(retiredBefore);
  const place = applied.find(({ version }) => version === before)?.position;
  return ({ version, position }) => {
    const order = compareVersions(version, before);
    return order === 0 ? place !== undefined && position < place : order < 0;
  };
}

/** What is wrong with files that are about to run, found before any of them does. */
export async function findFaults(
  stage: MigrationStage,
  pending: readonly PendingMigration[],
  policy: EngineTarget['late'],
): Promise<PlanFinding[]> {
  const findings: PlanFinding[] = [];
  for (const { migration, late } of pending) {
    findings.push(...(await faultsIn(migration)));
    if (late && !migration.directives.some((directive) => directive.name === 'late-ok')) {
      const finding = lateMigration(stage, migration, stage.late ?? policy);
      if (finding) findings.push(finding);
    }
  }
  return findings;
}

const known = new WeakMap<Migration, readonly PlanFinding[]>();

/** What is wrong with the text of a file; each is parsed once for it. */
async function faultsIn(migration: Migration): Promise<readonly PlanFinding[]> {
  const before = known.get(migration);
  if (before) return before;
  const findings: PlanFinding[] = fileText(migration).trim() === '' ? [emptyFile(migration)] : [];
  try {
    await readMigration(migration);
  } catch (error) {
    findings.push(findingFrom(error));
  }
  known.set(migration, findings);
  return findings;
}

/**
 * Parses files while nothing else is to be done, so that a plan of them need not. Whoever has other work gets its turn after each file.
 * Never rejects: what is wrong with a file is for the plan to say, if it is pending at all.
 */
export async function readAhead(stages: readonly MigrationStage[], signal: AbortSignal): Promise<void> {
  try {
    await loadGrammar();
    // The newest are the likeliest to be pending.
    for (const migration of stages.flatMap(({ migrations }) => migrations).reverse()) {
      if (signal.aborted) return;
      await faultsIn(migration);
      await othersFirst();
    }
  } catch {
    return;
  }
}

/** Applied, it could not be filled in any more. */
function emptyFile(migration: Migration): PlanFinding {
  return {
    severity: 'error',
    code: 'FILES_EMPTY',
    message: `${migration.path} is empty`,
    next: 'Write the migration, or remove the file; a comment in it says that it is meant to do nothing.',
  };
}

/** How many are named where there are many. */
const NAMED = 3;

/** One finding for all of them: a project that has deleted its old files has hundreds. */
function orphaned(rows: readonly AppliedMigration[]): PlanFinding {
  const names = rows.map(({ version, name }) => `${version} (${name})`);
  const listed = names.length <= NAMED ? names.join(', ') : `${names.slice(0, NAMED).join(', ')} ... ${names.at(-1)!}`;
  const many = rows.length > 1;
  return {
    severity: 'warning',
    code: 'ORPHAN_ROW',
    message: many
      ? `${rows.length} versions are applied, but no file has them: ${listed}`
      : `version ${listed} is applied, but no file has it`,
    next: `A newer release ran here, or files were moved or squashed. If ${many ? 'they are' : 'it is'} gone for good, say so with \`retired\`: a list of versions, or { before: version }.`,
  };
}

function renamed(row: AppliedMigration, file: Migration): PlanFinding {
  return {
    severity: 'error',
    code: 'LEDGER_RENAMED',
    message: `version ${row.version} was applied as ${row.name}, but the file is now ${file.path}`,
    next: `If this is the same migration, rename the file back, or ${recordName(row)}. If it is another one, give it a version of its own.`,
  };
}

/** A row at position 0 is still to be adopted. */
function recordName({ version, position }: AppliedMigration): string {
  return position === 0
    ? `adopt it under its new one: pawl adopt --assume ${version}`
    : `record the new name: pawl ledger rename ${version} --reason "..."`;
}

async function edited(row: AppliedMigration, file: Migration): Promise<PlanFinding> {
  const sameStatements = row.statementsChecksum !== null && row.statementsChecksum === (await readFingerprint(file));
  if (sameStatements) {
    return {
      severity: 'warning',
      code: 'COMMENT_EDITED',
      message: `${file.path} was edited after it was applied, in comments or white space only`,
      next: `Nothing to do. \`pawl ledger accept ${row.version} --reason "..."\` records the new text.`,
    };
  }
  return {
    severity: 'error',
    code: 'LEDGER_EDITED',
    message: `${file.path} was edited after it was applied on ${row.appliedAt.toISOString()}`,
    next: `Restore the file and put the change into a new migration; or, if the database is right as it is: pawl ledger accept ${row.version} --reason "...".`,
  };
}

function lateMigration(stage: MigrationStage, migration: Migration, policy: EngineTarget['late']): PlanFinding | undefined {
  return {
    severity: policy === 'fail' ? 'error' : 'warning',
    code: 'LATE_MIGRATION',
    message: `${migration.path} is out of order: higher versions of ${stage.name} are applied already`,
    next:
      policy === 'fail'
        ? 'Give it a new, highest version; or allow this one with a line `-- pawl:late-ok <why>` in the file.'
        : 'It is applied by this deploy. Check that it does not depend on the order.',
  };
}
