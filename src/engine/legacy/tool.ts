import type pg from 'pg';
import type { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import type { AdoptSettings } from '../target.js';

/** A table that another migration tool keeps. */
export interface LegacyTracker {
  readonly tool: string;
  readonly schema: string;
  readonly table: string;
}

/** One migration that the tracker claims as applied. */
export interface LegacyClaim {
  readonly version: string;
  /** The file's name; the version itself where no file has it. */
  readonly name: string;
  /** Carried over where the tool's own checksum proves the file unchanged; null is never compared. */
  readonly checksum: string | null;
}

export interface LegacyReading {
  readonly claims: readonly LegacyClaim[];
  /** True where the tracker keeps one number only, so that "everything up to it" is an assumption to be probed. */
  readonly counter: boolean;
  /** Failed or half-done work that the tool's own operator must settle first, in the tool's own words. */
  readonly dirty: readonly EngineError[];
  /** True where the tool commits SQL and row apart: the first pending file may be applied already. */
  readonly rowsMayLag: boolean;
}

/** What Pawl knows about one tool's tracker. One file per tool, facts from the tool's own source. */
export interface LegacyTool {
  readonly name: string;
  /** Finds the tool's tables, told apart from look-alikes by their columns; never more than the settings allow. */
  find(client: pg.Client, settings: AdoptSettings): Promise<LegacyTracker[]>;
  read(
    client: pg.Client,
    tracker: LegacyTracker,
    migrations: readonly Migration[],
    settings: AdoptSettings,
  ): Promise<LegacyReading>;
  /**
   * Tries to take the tool's own lock on this session, so that the tool cannot run meanwhile.
   * @returns a function that gives it back, or undefined when somebody else holds it
   */
  lock?(client: pg.Client, tracker: LegacyTracker): Promise<(() => Promise<void>) | undefined>;
  /** Writes a row for a migration that Pawl applied, for `mirror: true`; a statement for the migration's own transaction. */
  mirror?(tracker: LegacyTracker, migration: Migration): string;
}
