import type pg from 'pg';
import type { Companion } from '../../postgres/companion.js';
import { EngineError } from '../../error.js';
import { engineFailure } from '../../postgres/failure.js';
import { isConnectionLoss, isServerError } from '../../postgres/sqlstate.js';
import { CLOSED_PATH, OWN_PATH } from '../../postgres/settings.js';
import type { StopWhile } from '../../target.js';
import { isOutside } from './time-window.js';
import type { Hold } from './hold.js';
import { LaggingStandbys, type Standby } from './standbys.js';

interface Sight {
  readonly lsn: number;
  readonly standbys: readonly Standby[];
  readonly slot: { readonly name: string; readonly bytes: number } | null;
  readonly active: number;
  readonly oldest: { readonly pid: number; readonly seconds: number } | null;
  readonly waiters: number;
  /** Sessions of others that the role may not see. */
  readonly hidden: number;
  readonly autovacuum: boolean;
  /** Somebody vacuums a table that the role may not see. */
  readonly hiddenVacuum: boolean;
}

/** How the server and its standbys are, held against what a backfill is to stop for. */
export class Health {
  readonly #standbys = new LaggingStandbys();

  constructor(
    readonly pid: number,
    readonly relation: number,
  ) {}

  /** @returns the first thing that stands against another batch */
  async hold(companion: Companion, stopWhile: StopWhile): Promise<Hold | undefined> {
    const { outside, ...seen } = stopWhile;
    if (outside && isOutside(outside, new Date())) return { by: 'between', why: `it is outside of ${outside.text}` };
    if (Object.values(seen).every((limit) => limit === undefined || limit === false)) return undefined;
    try {
      return await companion.use(async (client) => {
        await client.query(`set ${CLOSED_PATH}`);
        const { rows } = await client.query<Sight>(SIGHT, [this.pid, this.relation]);
        return (
          this.#stands(rows[0]!, stopWhile) ?? (await archiveBehind(client, stopWhile)) ?? (await ownQuery(client, stopWhile))
        );
      });
    } catch (error) {
      // What cannot be seen may be bad. Where the server itself is away, the session that does the work says so next.
      const failure = engineFailure(error);
      if (!(failure instanceof EngineError)) throw failure;
      return { by: 'unseen', why: `what stopWhile names cannot be seen: ${failure.message}` };
    }
  }

  #stands(sight: Sight, stopWhile: StopWhile): Hold | undefined {
    const { slot, active, oldest, waiters, hidden, autovacuum, hiddenVacuum } = sight;
    const { replicaLag, replicas, slotBehind, activeSessions, longestTransaction, lockWaiters } = stopWhile;
    if (replicaLag !== undefined) {
      const lagging = this.#standbys.lagging(sight.standbys, sight.lsn, { limit: replicaLag, names: replicas });
      if (lagging) return { by: 'replicaLag', why: lagging };
    }
    if (slotBehind !== undefined && slot && slot.bytes > slotBehind)
      return {
        by: 'slotBehind',
        why: `replication slot ${slot.name} holds back ${megabytes(slot.bytes)} of WAL (limit ${megabytes(slotBehind)})`,
      };
    if (hidden > 0 && (activeSessions ?? longestTransaction ?? lockWaiters) !== undefined)
      return { by: 'unseen', why: `what sessions of other roles do cannot be seen: ${GRANT}` };
    if (activeSessions !== undefined && active >= activeSessions)
      return { by: 'activeSessions', why: `${active} sessions are active (limit ${activeSessions})` };
    if (longestTransaction !== undefined && oldest && oldest.seconds * 1000 > longestTransaction)
      return {
        by: 'longestTransaction',
        why: `the transaction of session ${oldest.pid} is ${Math.round(oldest.seconds)} s old (limit ${longestTransaction / 1000} s)`,
      };
    if (lockWaiters !== undefined && waiters >= lockWaiters)
      return { by: 'lockWaiters', why: `${waiters} sessions wait for locks (limit ${lockWaiters})` };
    if (stopWhile.autovacuum && autovacuum) return { by: 'autovacuum', why: 'autovacuum works on the table' };
    if (stopWhile.autovacuum && hiddenVacuum) return { by: 'unseen', why: `which table is vacuumed cannot be seen: ${GRANT}` };
    return undefined;
  }
}

async function archiveBehind(client: pg.Client, { walArchive }: StopWhile): Promise<Hold | undefined> {
  if (walArchive === undefined) return undefined;
  const { rows } = await client.query<{ files: number }>(
    `select count(*)::int as files from pg_ls_archive_statusdir() where name like '%.ready'`,
  );
  const { files } = rows[0]!;
  if (files <= walArchive) return undefined;
  return { by: 'walArchive', why: `${files} files of WAL wait to be archived (limit ${walArchive})` };
}

async function ownQuery(client: pg.Client, { query }: StopWhile): Promise<Hold | undefined> {
  if (query === undefined) return undefined;
  await client.query(`begin transaction read only; set local statement_timeout = '5s'; ${OWN_PATH}`);
  try {
    const { rows } = await client.query<unknown[]>({ text: query, rowMode: 'array' });
    const isTrue = rows.length > 0 && rows.flat().every((value) => value === true);
    return isTrue ? undefined : { by: 'query', why: 'stopWhile.query does not answer true' };
  } catch (error) {
    if (!isServerError(error) || isConnectionLoss(error)) throw error;
    return { by: 'query', why: `stopWhile.query fails (SQLSTATE ${error.code})` };
  } finally {
    await client.query('rollback');
  }
}

const GRANT = 'grant pg_monitor to the role of the deploy';

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024).toLocaleString('en')} MiB`;

/** Standbys that only receive (pg_receivewal, pg_basebackup) replay nothing. Of a hidden session its role and database are known. */
const SIGHT = `
  select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as lsn,
    (select coalesce(json_agg(json_build_object('name', application_name, 'hidden', state is null,
        'behind', pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), 'replayed', pg_wal_lsn_diff(replay_lsn, '0/0'),
        'seconds', extract(epoch from replay_lag))), '[]') from pg_stat_replication where state is null or replay_lsn is not null) as standbys,
    (select json_build_object('name', slot_name, 'bytes', pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn))
       from pg_replication_slots where restart_lsn is not null order by restart_lsn limit 1) as slot,
    count(*) filter (where a.state = 'active')::int as active,
    (select json_build_object('pid', o.pid, 'seconds', extract(epoch from clock_timestamp() - o.xact_start)) from pg_stat_activity o
       where o.pid <> $1 and o.backend_type = 'client backend' and o.xact_start is not null and o.pid <> pg_backend_pid()
       order by o.xact_start limit 1) as oldest,
    count(*) filter (where a.wait_event_type = 'Lock')::int as waiters,
    count(*) filter (where a.backend_type is null)::int as hidden,
    v.autovacuum, v."hiddenVacuum"
  from (select coalesce(bool_or(p.relid is null), false) as "hiddenVacuum",
          coalesce(bool_or(w.backend_type = 'autovacuum worker'
            and (p.relid = $2::oid or p.relid in (select relid from pg_partition_tree($2::oid)))), false) as autovacuum
        from pg_stat_progress_vacuum p join pg_stat_activity w using (pid)
        where p.datname = current_database() and p.pid <> $1) v
    left join pg_stat_activity a on a.pid not in ($1, pg_backend_pid()) and (a.backend_type = 'client backend'
      or (a.backend_type is null and a.usesysid is not null and a.datid is not null))
  group by v.autovacuum, v."hiddenVacuum"`;
