import type { DatabaseUrl } from './address.js';

/** One database (or schema in it) that is deployed to, with its settings resolved; what every verb of the engine takes. */
export interface EngineTarget {
  readonly name: string;
  /** Which environment it is in, such as `staging`; its ledger belongs to that. */
  readonly environment?: string | undefined;
  /** How to reach it; stays in the process. */
  readonly url: DatabaseUrl;
  /** Schema of the ledger. */
  readonly ledger: string;
  /** A role that may own the ledger beside those that always may. */
  readonly ledgerOwner?: string | undefined;
  /** Milliseconds. */
  readonly lockTimeout: number;
  /** Milliseconds; 0 is no limit. */
  readonly statementTimeout: number;
  readonly late: 'apply' | 'warn' | 'fail';
  /** Versions that are in the ledger, have no file any more, and are fine so. */
  readonly retired: readonly string[];
  /** The same for all that come before this version. */
  readonly retiredBefore?: string | undefined;
  readonly abortIfBlocking?: { readonly sessions: number; readonly milliseconds: number } | undefined;
  /** Shows texts of other sessions' queries beside blockers. */
  readonly showQueries: boolean;
  /** Shows messages and keys that may hold row values. */
  readonly showValues: boolean;
  readonly adopt?: AdoptSettings | undefined;
  /** How backfills run where their files do not say; defaults where nothing is said. */
  readonly backfill?: BackfillSettings | undefined;
}

/** The pace of backfills. */
export interface BackfillSettings {
  /** Milliseconds that a batch is to take. */
  readonly batch: number;
  /** At least and at most so many rows of the table in one. */
  readonly rows: readonly [least: number, most: number];
  /** Rest after a batch, as a share of the time that it took. */
  readonly pace: number;
  /** Changed rows between two VACUUM; 0 for none. */
  readonly vacuumEvery: number;
  readonly stopWhile: StopWhile;
}

/** What a backfill waits for to pass; nothing is looked at where nothing is said. Times in milliseconds, sizes in bytes. */
export interface StopWhile {
  /** A standby replays so far behind. */
  readonly replicaLag?: number | undefined;
  /** Standbys that `replicaLag` is about, by application_name; all of them where nothing is said. */
  readonly replicas?: readonly string[] | undefined;
  /** A replication slot holds back so much WAL. */
  readonly slotBehind?: number | undefined;
  /** So many files of WAL wait to be archived. */
  readonly walArchive?: number | undefined;
  /** So many sessions work. */
  readonly activeSessions?: number | undefined;
  /** A transaction is so old. */
  readonly longestTransaction?: number | undefined;
  /** So many sessions wait for a lock. */
  readonly lockWaiters?: number | undefined;
  /** Autovacuum works on the table. */
  readonly autovacuum?: boolean | undefined;
  /** A query of one's own answers anything but true. */
  readonly query?: string | undefined;
  /** It is outside of this time of the day. */
  readonly outside?: TimeWindow | undefined;
}

/** A time of the day, in minutes since midnight. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
  /** Such as `Europe/Berlin`. */
  readonly zone: string;
  /** As it is written. */
  readonly text: string;
}

export interface AdoptSettings {
  /** Name of the legacy tool, `auto`, or `table` for a generic one. */
  readonly from: string;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly columns?:
    { readonly version: string; readonly name?: string | undefined; readonly applied?: string | undefined } | undefined;
  readonly mirror?: boolean | undefined;
  /** Suspects that a person has confirmed as applied. */
  readonly assume?: readonly string[] | undefined;
  /** Versions that the tracker claims and that were in truth never applied; `all` files, where nothing of them is in the database. */
  readonly pending?: readonly string[] | 'all' | undefined;
}

/** Who works on the target now: every write of ours carries it and is checked against the lease. */
export interface Owner {
  readonly deployId: string;
  readonly epoch: number;
  /** Where the deploy began; undefined where begin and the work share a process, and so the address. */
  readonly database?: { readonly label: string; readonly ledger: string } | undefined;
  /** Grows with each attempt of any work of this deploy (milliseconds since 1970): a later attempt ends an earlier one's sessions. */
  readonly attempt: number;
}
