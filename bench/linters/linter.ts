import type { Migration } from '../../src/engine/files/migration.js';

/** A linter of migrations, run as its own documentation says. */
export interface Linter {
  readonly name: string;
  /** Rules that find fault with how a statement is worded, or ask for settings that every deploy of ours makes by itself. */
  readonly style: readonly string[];
  /** @throws when it cannot be had here */
  readonly install: () => Promise<Lint>;
}

export interface Linted {
  readonly migration: Migration;
  /** Of the file. */
  readonly path: string;
  /** Of a database with the tables that the migration is about, for this linter alone. */
  readonly url: string;
}

/** One thing that a linter found, in its own words; `failed` is the rule where it found that the migration does not run. */
export interface Said {
  readonly rule: string;
  readonly level: 'error' | 'warning' | 'notice';
}

/** @throws when the linter itself gives up */
export type Lint = (linted: Linted) => Promise<readonly Said[]>;
