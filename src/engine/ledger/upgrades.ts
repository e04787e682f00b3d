import { backfillsTable } from './tables/backfills.js';
import { alwaysFenced, fenceTrigger } from './tables/fence.js';

/** What a later version of the ledger has that the one before lacks. */
export interface Upgrade {
  /** The version that it makes. */
  readonly version: number;
  /**
   * The statements, for a ledger of the version before; `s` is its schema, quoted. They leave the tables as ./tables makes them anew, so new
   * columns come last there; and they may find their work done (a dump without rows does not say its version): IF NOT EXISTS everywhere.
   */
  readonly statements: (s: string) => readonly string[];
}

/** In order. A change of the tables is made in ./tables, for new ledgers, and here, for those that are there. */
export const UPGRADES: readonly Upgrade[] = [
  {
    version: 2,
    statements: (s) => [
      `alter table ${s}.ledger add column if not exists id uuid not null default gen_random_uuid(),
                               add column if not exists environment text`,
      `alter table ${s}.lease add column if not exists flushed bigint not null default 0`,
      ...['applied_migrations', 'intents'].map((table) => alwaysFenced(s, table)),
      // Whatever an earlier version has written is long on disk, for its deploy has ended or is about to be taken over.
      `update ${s}.lease set flushed = (select coalesce(max(position), 0) from ${s}.applied_migrations)`,
    ],
  },
  {
    version: 3,
    statements: (s) => [
      // One that a dump without rows brought has no claims in it yet.
      `drop table if exists ${s}.backfills`,
      backfillsTable(s),
      fenceTrigger(s, 'backfills', 'insert or update of epoch'),
    ],
  },
];
