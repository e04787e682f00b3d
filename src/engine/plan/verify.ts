import type pg from 'pg';
import type { Migration } from '../files/migration.js';
import { loadGrammar } from '../files/statements.js';
import { readContents } from '../ledger/contents.js';
import { assertOwn, ledgerIsThere } from '../ledger/header.js';
import { readable } from '../ledger/readable.js';
import { brokenFence } from '../ledger/trust.js';
import { read } from '../postgres/read.js';
import type { EngineTarget } from '../target.js';
import { findTakeOvers } from '../squash/take-over.js';
import { findDrift } from './findings.js';
import { findAbandoned, findHalfApplied } from './half-applied.js';
import type { PlanFinding } from '../finding.js';
import { findInvalidIndexes } from './invalid-indexes.js';
import { pendingOf, upToDate } from './pending.js';
import type { MigrationStage } from '../files/stage.js';

export interface Verification {
  readonly applied: number;
  readonly files: number;
  /** Files that are not applied. */
  readonly pending: readonly Migration[];
  /** Empty when the applied set is the files. */
  readonly findings: readonly PlanFinding[];
}

/** Holds the applied set and the files against each other, both ways; reads only. @throws EngineError `CONNECT_*`, `LEDGER_*` */
export async function verifyTarget(target: EngineTarget, stages: readonly MigrationStage[]): Promise<Verification> {
  await loadGrammar();
  return read(target.url, 'pawl:verify', (client) => readable(client, target.ledger, () => verifyOn(client, target, stages)));
}

async function verifyOn(client: pg.Client, target: EngineTarget, stages: readonly MigrationStage[]): Promise<Verification> {
  const {
    header,
    applied: rows,
    journal,
  } = await readContents(client, target.ledger, await ledgerIsThere(client, target.ledger));
  assertOwn(header, target);
  const squash = findTakeOvers(stages, rows);
  const versions = upToDate(stages, rows);
  const missing = stages.flatMap((stage) => pendingOf(stage, versions));
  return {
    applied: rows.length,
    files: stages.reduce((sum, stage) => sum + stage.migrations.length, 0),
    pending: missing.map(({ migration }) => migration),
    findings: [
      ...(header ? await findBrokenFence(client, target.ledger) : []),
      ...missing.map(({ migration }) => notApplied(migration.path)),
      ...(await findHalfApplied(
        missing.map(({ migration }) => migration),
        journal,
      )),
      ...findAbandoned(
        stages.flatMap(({ migrations }) => migrations),
        rows,
        journal,
      ),
      ...squash.findings,
      ...(await findDrift(target, stages, squash.applied)),
      ...stages.flatMap(({ warnings = [] }) => warnings),
      ...(await findInvalidIndexes(client)),
    ],
  };
}

async function findBrokenFence(client: pg.Client, ledger: string): Promise<PlanFinding[]> {
  const broken = await brokenFence(client, ledger);
  if (broken === undefined) return [];
  const next =
    'Find out who did it: without the fence a worker that was taken for dead can still write. Restore the ledger from a backup, or create the trigger as docs/how-it-works.md has it.';
  return [{ severity: 'error', code: 'LEDGER_DAMAGED', message: broken, next }];
}

function notApplied(path: string): PlanFinding {
  return {
    severity: 'error',
    code: 'NOT_APPLIED',
    message: `${path} is not applied`,
    next: 'Deploy, or look with `pawl plan` at what a deploy would do.',
  };
}
