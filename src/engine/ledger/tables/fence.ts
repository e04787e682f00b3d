import { STATE } from '../../postgres/states.js';
import { LOCK_CLASS, lockKey } from '../lock-key.js';

/** Tables whose rows claim an effect, and when the claim is checked. */
const FENCED = [
  ['applied_migrations', 'insert'],
  ['intents', 'insert or update'],
  // What an operator asks of a backfill leaves the epoch alone, and is nobody's claim.
  ['backfills', 'insert or update of epoch'],
] as const;

/**
 * The last word of every transaction that claims an effect: at COMMIT, or with the row where constraints are immediate, a constraint trigger
 * locks the lease row against change and refuses a stale epoch or a session that has lost the lock.
 * @param s the schema, quoted
 * @param ledger its name: the lock is named after it
 */
export function fence(s: string, ledger: string): string {
  const triggers = FENCED.map(([table, events]) => fenceTrigger(s, table, events));
  return `
  create function ${s}.fence() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $fence$${fenceBody(s, ledger)}$fence$;
  ${triggers.join(';')}`;
}

/** The trigger also fires where a migration has set session_replication_role = replica. @param s the schema, quoted */
export const alwaysFenced = (s: string, table: string): string => `alter table ${s}.${table} enable always trigger fence`;

/** The tables that are fenced. */
export const FENCED_TABLES = FENCED.map(([table]) => table);

/** What the trigger does; `verify` holds the function that is there against it. */
export function fenceBody(s: string, ledger: string): string {
  const key = `${LOCK_CLASS}, ${lockKey(ledger)}`;
  return `
  declare
    held ${s}.lease;
  begin
    select * into held from ${s}.lease for share;
    if held.epoch is distinct from new.epoch or held.deploy_id is distinct from new.deploy_id or held.released_at is not null then
      raise exception using errcode = '${STATE.fenced}',
        message = format('fenced: epoch %s of deploy %s is no longer current (now epoch %s)', new.epoch, new.deploy_id, held.epoch);
    end if;
    -- Held a second time until the end of the transaction, so that giving up the session's own hold and taking it again never frees it:
    -- whether there was one to give up is the answer, at a tenth of what a look into pg_locks costs.
    if not (pg_try_advisory_xact_lock(${key}) and pg_advisory_unlock(${key}) and pg_try_advisory_lock(${key})) then
      raise exception using errcode = '${STATE.fenced}', message = 'fenced: this session no longer holds the lock of the target';
    end if;
    return null;
  end `;
}

/** Puts a table behind the fence. `s` is the schema, quoted. */
export const fenceTrigger = (s: string, table: string, events: string): string => `
  create constraint trigger fence after ${events} on ${s}.${table}
    deferrable initially deferred for each row when (new.epoch is not null) execute function ${s}.fence();
  ${alwaysFenced(s, table)}`;
