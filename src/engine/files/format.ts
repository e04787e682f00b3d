import type { EngineError } from '../error.js';
import type { Migration } from './migration.js';

/** A directory of migrations as read from disk: file names relative to it, with forward slashes. */
export interface Listing {
  /** The directory as the config names it, for messages. */
  readonly directory: string;
  /** The same as an absolute path. */
  readonly location: string;
  /** Every file, ignored ones left out, in name order. */
  readonly files: readonly string[];
  /** Every folder in it, likewise. */
  readonly folders: readonly string[];
  /** What is neither a file nor a folder. */
  readonly odd: readonly OddEntry[];
  /** The text of a file, without BOM. @throws EngineError `FILES_NOT_UTF8` */
  text(file: string): Promise<string>;
  /** A file as it is on disk, for tools that hash bytes. */
  bytes(file: string): Promise<Buffer>;
}

/** A pipe, a socket, a device, or a link that cannot be read. */
export interface OddEntry {
  readonly name: string;
  /** What it is, for messages. */
  readonly what: string;
}

export interface Discovered {
  readonly migrations: Migration[];
  /** Everything that is wrong with the directory, not only the first. */
  readonly faults: EngineError[];
  /** Files that the format's own tool passes over: each is a warning, and the rest is deployed. */
  readonly passedOver?: PassedOver[];
  /** Files that the format knows and leaves out on purpose. */
  readonly leftOut?: readonly string[];
}

export interface PassedOver {
  /** Relative to the listing's directory. */
  readonly file: string;
  /** Why the tool passes over it, as a clause: `no changelog includes it`. */
  readonly why: string;
}

export interface FormatOptions {
  /** Values by name. A name with `undefined` is one that this machine has no value for: it stays open. */
  readonly placeholders: Readonly<Record<string, string | undefined>>;
}

/** How one tool lays out its migrations. One file per tool. */
export interface MigrationFormat {
  readonly name: string;
  /** The tool as people write it, where it passes over files whose names are not its own; without one such a file is a fault. */
  readonly tool?: string;
  /** The tool does not look into subdirectories: they hold templates, snapshots and the like. */
  readonly flat?: true;
  /** The tool has a list of what runs (a plan, a journal, a changelog): no name of a file makes it a migration. */
  readonly listed?: true;
  /** Each file names the one before it by a hash, so that none can be taken out or put in between. */
  readonly chained?: true;
  /** What a file that only goes up has around its SQL, where the tool would not run it as it stands. */
  readonly around?: (sql: string) => string;
  /** Its files bring BEGIN and COMMIT with them: see own-transaction.ts. */
  readonly unwraps?: true;
  /** Whether a directory is laid out so; for any directory at most one format says yes. */
  detects(listing: Listing): boolean | Promise<boolean>;
  /** Migrations in the order in which they are applied. */
  read(listing: Listing, options: FormatOptions): Promise<Discovered>;
}
