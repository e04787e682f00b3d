import { expect } from 'vitest';
import type { TestDatabase } from './database.js';
import { waitFor } from './wait.js';

/** What must be true after any crash, whatever was killed. */
export interface Expected {
  /** Versions of the applied set, in order. */
  readonly versions: readonly string[];
  /** Versions that put one row into the table `effects`, when they ran. */
  readonly effects?: readonly string[];
  /** A process is stopped: it may still have a connection that is idle, without a lock and outside of a transaction. */
  readonly zombies?: boolean;
}

/** Reads what is wrong with a database after its deploys have ended: nothing, or one line for each anomaly. */
const ANOMALIES = `
  select 'invalid index ' || indexrelid::regclass from pg_index where not (indisvalid and indisready and indislive)
  union all select 'left over from REINDEX: ' || oid::regclass from pg_class where relname ~ '_cc(new|old)[0-9]*$'
  union all select 'detach pending: ' || inhrelid::regclass from pg_inherits where inhdetachpending
  union all select 'intent of ' || version || ' statement ' || statement from pawl.intents
  union all select 'lease not given back by ' || deploy_id from pawl.lease where released_at is null
  union all select 'deploy without an end: ' || deploy_id from pawl.deploys where outcome is null and started_at = (select max(started_at) from pawl.deploys)
  union all select 'epoch went back at ' || version from (
    select version, epoch, lag(epoch) over (order by position) as before from pawl.applied_migrations) a where epoch < before
  union all select 'epoch of ' || version || ' is beyond the lease' from pawl.applied_migrations, pawl.lease where applied_migrations.epoch > lease.epoch`;

const LEFT_BEHIND = `
  select 'lock held by session ' || pid from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
  union all select 'session ' || pid || ' ' || application_name || ' ' || state from pg_stat_activity
    where datname = current_database() and application_name ~ '^pawl:' and pid <> pg_backend_pid() and not ($1 and state = 'idle')`;

/**
 * Every migration once and in order, the ledger is the effects, nothing half done in the catalog, no lock and no session of ours left,
 * the epoch only grew, the lease was given back.
 */
export async function expectInvariants(database: Pick<TestDatabase, 'query'>, expected: Expected): Promise<void> {
  const versions = await database.query<{ version: string }>('select version from pawl.applied_migrations order by position');
  expect(versions.map((row) => row.version)).toEqual(expected.versions);
  if (expected.effects) {
    const effects = await database.query<{ version: string }>('select version::text from effects order by id');
    expect(effects.map((row) => row.version)).toEqual(expected.effects);
  }
  expect((await database.query(ANOMALIES)).flatMap(Object.values)).toEqual([]);
  // A backend whose client has died needs a moment to go.
  await waitFor(async () => (await database.query(LEFT_BEHIND, [expected.zombies ?? false])).length === 0, {
    timeout: 10_000,
    what: 'locks and sessions to be gone',
  });
}
