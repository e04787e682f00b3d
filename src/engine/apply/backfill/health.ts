import type { Companion } from '../../postgres/companion.js';
import { isServerError } from '../../postgres/sqlstate.js';
import { CLOSED_PATH, OWN_PATH } from '../../postgres/settings.js';
import type { StopWhile } from '../../target.js';
import { isOutside } from './time-window.js';
import { LaggingStandbys, type Standby } from './standbys.js';

interface Sight {
  readonly lsn: number;
  readonly standbys: readonly Standby[];
  readonly slot: { readonly name: string; readonly bytes: number } | null;
  readonly active: number;
  readonly oldest: { readonly pid: number; readonly seconds: number } | null;
  readonly waiters: number;
  readonly autovacuum: boolean;
}

/** How the server and its standbys are, held against what a backfill is to stop for. */
export class Health {
  readonly #standbys = new LaggingStandbys();

  constructor(
    readonly pid: number,
    readonly relation: number,
  ) {}

  /** @returns the first thing that stands against another batch, in words */
  async reason(companion: Companion, stopWhile: StopWhile): Promise<string | undefined> {
    const { outside, ...seen } = stopWhile;
    if (outside && isOutside(outside, new Date())) return `it is outside of ${outside.text}`;
    if (Object.values(seen).every((limit) => limit === undefined || limit === false)) return undefined;
    try {
      return await companion.use(async (client) => {
        await client.query(`set ${CLOSED_PATH}`);
        const { rows } = await client.query<Sight>(SIGHT, [this.pid, this.relation]);
        const found = this.#stands(rows[0]!, stopWhile) ?? (await archiveBehind(stopWhile, (sql) => client.query(sql)));
        if (found !== undefined || stopWhile.query === undefined) return found;
        await client.query(`begin transaction read only; set local statement_timeout = '5s'; ${OWN_PATH}`);
        const own = await client
          .query<unknown[]>({ text: stopWhile.query, rowMode: 'array' })
          .finally(() => client.query('rollback'));
        return own.rows.flat().every((value) => value === true) && own.rows.length > 0
          ? undefined
          : 'stopWhile.query does not answer true';
      });
    } catch (error) {
      // What cannot be seen may be bad; the connection's trouble is the next batch's to say.
      return isServerError(error) ? `the server's state cannot be seen (SQLSTATE ${error.code})` : undefined;
    }
  }

  #stands(sight: Sight, stopWhile: StopWhile): string | undefined {
    const { slot, active, oldest, waiters, autovacuum } = sight;
    const { replicaLag, replicas, slotBehind, activeSessions, longestTransaction, lockWaiters } = stopWhile;
    if (replicaLag !== undefined) {
      const lagging = this.#standbys.lagging(sight.standbys, sight.lsn, { limit: replicaLag, names: replicas });
      if (lagging) return lagging;
    }
    if (slotBehind !== undefined && slot && slot.bytes > slotBehind)
      return `replication slot ${slot.name} holds back ${megabytes(slot.bytes)} of WAL (limit ${megabytes(slotBehind)})`;
    if (activeSessions !== undefined && active >= activeSessions)
      return `${active} sessions are active (limit ${activeSessions})`;
    if (longestTransaction !== undefined && oldest && oldest.seconds * 1000 > longestTransaction)
      return `the transaction of session ${oldest.pid} is ${Math.round(oldest.seconds)} s old (limit ${longestTransaction / 1000} s)`;
    if (lockWaiters !== undefined && waiters >= lockWaiters) return `${waiters} sessions wait for locks (limit ${lockWaiters})`;
    if (stopWhile.autovacuum && autovacuum) return 'autovacuum works on the table';
    return undefined;
  }
}

async function archiveBehind(
  { walArchive }: StopWhile,
  query: (sql: string) => Promise<{ rows: unknown[] }>,
): Promise<string | undefined> {
  if (walArchive === undefined) return undefined;
  const { rows } = await query(`select count(*)::int as files from pg_ls_archive_statusdir() where name like '%.ready'`);
  const { files } = rows[0] as { files: number };
  return files > walArchive ? `${files} files of WAL wait to be archived (limit ${walArchive})` : undefined;
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024).toLocaleString('en')} MiB`;

const SIGHT = `
  select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as lsn,
    (select coalesce(json_agg(json_build_object('name', application_name, 'hidden', state is null,
        'behind', pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), 'replayed', pg_wal_lsn_diff(replay_lsn, '0/0'),
        'seconds', extract(epoch from replay_lag))), '[]') from pg_stat_replication) as standbys,
    (select json_build_object('name', slot_name, 'bytes', pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn))
       from pg_replication_slots where restart_lsn is not null order by restart_lsn limit 1) as slot,
    count(*) filter (where a.state = 'active')::int as active,
    (select json_build_object('pid', o.pid, 'seconds', extract(epoch from clock_timestamp() - o.xact_start)) from pg_stat_activity o
       where o.pid <> $1 and o.backend_type = 'client backend' and o.xact_start is not null and o.pid <> pg_backend_pid()
       order by o.xact_start limit 1) as oldest,
    count(*) filter (where a.wait_event_type = 'Lock')::int as waiters,
    exists (select from pg_stat_progress_vacuum v join pg_stat_activity w using (pid)
       where v.relid = $2 and w.backend_type = 'autovacuum worker') as autovacuum
  from pg_stat_activity a where a.pid not in ($1, pg_backend_pid()) and a.backend_type = 'client backend'`;
