import type { MigrationStage } from '../../engine/files/stage.js';
import { ledgerExists } from '../../engine/ledger/header.js';
import { brokenFence, refuseUntrusted } from '../../engine/ledger/trust.js';
import { planTarget } from '../../engine/plan/plan.js';
import { connect, type Session } from '../../engine/postgres/connect.js';
import { identifier } from '../../engine/postgres/quote.js';
import type { EngineTarget } from '../../engine/target.js';
import { check, type Check } from './check.js';
import { checkConnection } from './connection.js';

/** Whether a deploy could work on the database: reachable, direct, new enough, with the rights it needs, and nothing against the plan. */
export async function checkDatabase(target: EngineTarget, stages: readonly MigrationStage[]): Promise<Check[]> {
  let session: Session | undefined;
  const connection = await check('database', async () => {
    session = await connect({ url: target.url, application: 'pawl:doctor', lockTimeout: target.lockTimeout });
    return 'reached';
  });
  if (!session) return [connection];
  const open = session;
  try {
    return [
      ...(await checkConnection(open)),
      await check('rights', () => checkRights(open, target)),
      await check('ledger', () => checkLedger(open, target)),
      await check('plan', () => checkPlan(target, stages)),
    ];
  } finally {
    await open.close();
  }
}

async function checkRights({ client }: Session, { ledger }: EngineTarget): Promise<string | Omit<Check, 'subject'>> {
  const { rows } = await client.query<{ user: string; database: string; create: boolean; owns: boolean | null }>(
    `select current_user as user, current_database() as database, has_database_privilege(current_database(), 'CREATE') as create,
            (select has_schema_privilege(oid, 'CREATE') from pg_catalog.pg_namespace where nspname = $1) as owns`,
    [ledger],
  );
  const { user, database, create, owns } = rows[0]!;
  if (owns ?? create) return `${user} may write the ledger (schema ${ledger})`;
  return {
    state: 'failing',
    found: `${user} may not create the ledger (schema ${ledger}) in ${database}`,
    cure: `As an owner of the database: CREATE SCHEMA IF NOT EXISTS ${identifier(ledger)} AUTHORIZATION ${identifier(user)};`,
  };
}

/** Whether the ledger that is there may be used, and its fence works. */
async function checkLedger({ client }: Session, target: EngineTarget): Promise<string | Omit<Check, 'subject'>> {
  await refuseUntrusted(client, target);
  if (!(await ledgerExists(client, target.ledger))) return 'none yet; the first deploy creates it';
  const broken = await brokenFence(client, target.ledger);
  if (broken === undefined) return 'made by a role that may be trusted, and fenced';
  return {
    state: 'failing',
    found: broken,
    cure: 'Restore the ledger from a backup, or create the trigger as docs/how-it-works.md has it.',
  };
}

async function checkPlan(target: EngineTarget, stages: readonly MigrationStage[]): Promise<string | Omit<Check, 'subject'>> {
  const { findings, stages: planned, applied } = await planTarget(target, stages);
  const pending = planned.reduce((sum, stage) => sum + stage.pending.length, 0);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return `${applied.length} applied, ${pending} pending`;
  return {
    state: 'failing',
    found: `a deploy would be refused: ${errors.map(({ message }) => message).join('; ')}`,
    cure: errors[0]?.next,
  };
}
