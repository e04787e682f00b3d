import { readFile } from 'node:fs/promises';
import type { CheckRemark } from '../check/report.js';
import { EngineError } from '../engine/error.js';
import { freeLease, seedLedger } from '../engine/ledger/seed.js';
import { ledgerExists } from '../engine/ledger/header.js';
import { withClient } from '../engine/postgres/with-client.js';
import { planTarget } from '../engine/plan/plan.js';
import type { MigrationStage } from '../engine/files/stage.js';
import type { EngineTarget } from '../engine/target.js';
import { readDump } from './restore.js';
import type { Start } from './start.js';

/**
 * The start state that a script of pg_dump's holds. What is applied is what its ledger or legacy tracker says.
 * @throws EngineError `START_STATE`, `SQL_SYNTAX`
 */
export async function startFromDump(
  path: string,
  name: string,
  { targetAt, stages }: { readonly targetAt: (url: string) => EngineTarget; readonly stages: readonly MigrationStage[] },
): Promise<Start> {
  const bytes = await readFile(path);
  if (bytes.subarray(0, 5).toString() === 'PGDMP') {
    throw new EngineError('START_STATE', 'refused', `${name} is in pg_dump's own format, not a script`, {
      next: `Turn it into one: pg_restore --file=start.sql ${name}`,
    });
  }
  const dump = await readDump(bytes.toString('utf8'), name);
  return {
    name: `the dump ${name}`,
    roles: dump.roles,
    rows: dump.rows,
    async prepare(url) {
      await dump.restore(url);
      const target = targetAt(url);
      await freeLease(url, target.ledger);
      const { applied } = await planTarget(target, stages);
      // A legacy tracker in the dump says what is applied once: the deploy that is checked begins with a ledger.
      if (target.adopt && applied.length > 0 && !(await hasLedger(url, target.ledger))) await seedLedger(url, target, applied);
      return applied.length > 0 ? [] : [nothingApplied(name, target)];
    },
  };
}

function hasLedger(url: string, ledger: string): Promise<boolean> {
  return withClient(url, 'pawl:check', (client) => ledgerExists(client, ledger));
}

function nothingApplied(name: string, { ledger, adopt }: Pick<EngineTarget, 'ledger' | 'adopt'>): CheckRemark {
  const table = adopt ? 'the table of the legacy tool' : `${ledger}.ledger and ${ledger}.applied_migrations`;
  return {
    severity: 'warning',
    code: 'START_NOTHING_APPLIED',
    message: `${name} does not say what is applied, so every migration is taken for pending.`,
    next: `Dump the rows of ${table} too: pg_dump --data-only --table=... >> ${name}.`,
  };
}
