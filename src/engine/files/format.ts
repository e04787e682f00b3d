import type { EngineError } from '../error.js';
import type { Migration } from './migration.js';

/** A directory of migrations as read from disk: file names relative to it, with forward slashes. */
export interface Listing {
  /** The directory as the config names it, for messages. */
  readonly directory: string;
  /** Every file, ignored ones left out, in name order. */
  readonly files: readonly string[];
  /** The text of a file, without BOM. @throws EngineError `FILES_NOT_UTF8` */
  text(file: string): Promise<string>;
  /** A file as it is on disk, for tools that hash bytes. */
  bytes(file: string): Promise<Buffer>;
}

export interface Discovered {
  readonly migrations: Migration[];
  /** Everything that is wrong with the directory, not only the first. */
  readonly faults: EngineError[];
}

export interface FormatOptions {
  /** Values by name. A name with `undefined` is one that this machine has no value for: it stays open. */
  readonly placeholders: Readonly<Record<string, string | undefined>>;
}

/** How one tool lays out its migrations. One file per tool. */
export interface MigrationFormat {
  readonly name: string;
  /** Its files bring BEGIN and COMMIT with them: see own-transaction.ts. */
  readonly unwraps?: true;
  /** Whether a directory is laid out so; for any directory at most one format says yes. */
  detects(listing: Listing): boolean | Promise<boolean>;
  /** Migrations in the order in which they are applied. */
  read(listing: Listing, options: FormatOptions): Promise<Discovered>;
}
