import type pg from 'pg';
import type { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import type { AdoptSettings } from '../target.js';
import type { LegacyClaim } from './claim.js';

/** A table that another migration tool keeps. */
export interface LegacyTracker {
  readonly tool: string;
  readonly schema: string;
  readonly table: string;
}

export interface LegacyReading {
  readonly claims: readonly LegacyClaim[];
  /** Failed or half-done work that the tool's own operator must settle first, in the tool's own words. */
  readonly dirty: readonly EngineError[];
}

/** How a tool's table is told from others, also from those that have the same name. */
export interface TrackerShape {
  /** As the tool names it; `adopt.table` stands in for it. */
  readonly table: string;
  /** The schema that the tool keeps to itself, where it has one. */
  readonly schema?: string;
  /** Columns that it has, and their types as format_type() words them. */
  readonly columns: Readonly<Record<string, RegExp>>;
  /** It has no other columns. */
  readonly only?: true;
  /** A table of the same tool beside it in its schema: there, or not there. */
  readonly beside?: { readonly table: string; readonly there: boolean };
}

/** Rows that the tool would have written itself: statements for the transaction of the ledger's own row. */
export interface Mirroring {
  add(tracker: LegacyTracker, migration: Migration, settings: AdoptSettings): string[];
  /** @param below the newest version under it that stays applied, for a tracker that counts */
  remove(
    tracker: LegacyTracker,
    migration: Pick<Migration, 'version' | 'name'>,
    below: string | undefined,
    settings: AdoptSettings,
  ): string[];
}

/** What Pawl knows about one tool's tracker. One file per tool, facts from the tool's own source. */
export interface LegacyTool {
  readonly name: string;
  readonly shape: TrackerShape;
  /** True where the tool commits SQL and row apart without marking that it began: the first pending file may be applied already. */
  readonly rowsMayLag?: true;
  read(
    client: pg.Client,
    tracker: LegacyTracker,
    migrations: readonly Migration[],
    settings: AdoptSettings,
  ): Promise<LegacyReading>;
  /**
   * Tries to take the tool's own lock until the end of the transaction that is open, so that the tool cannot run meanwhile.
   * Without it the table itself is locked against writing.
   * @returns false when somebody else holds it
   */
  lock?(client: pg.Client, tracker: LegacyTracker): Promise<boolean>;
  /** What that lock is, with its exact key. */
  readonly lockName?: string;
  /** How `mirror: true` goes on writing the tracker; or, where a row cannot be made from a file, why not and what to do instead. */
  readonly mirror: Mirroring | string;
  /** Other tables of the tool in the same schema, by name, each with columns that tell it from one of somebody else's. */
  readonly companions?: Readonly<Record<string, readonly string[]>>;
  /** Schema that the tool keeps to itself; all in it is the tool's. */
  readonly ownSchema?: string;
  /** Its tables have names that anybody's may have: without the schema they tell nothing. */
  readonly commonNames?: true;
  /** Why the tracker cannot be dropped as long as the tool's framework is in use. */
  readonly keep?: string;
  /** The tool can be named, and is told from others, but its state cannot be taken over: what to do instead. */
  readonly refusal?: string;
}
