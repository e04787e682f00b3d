import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { discoverMigrations } from '../../src/engine/files/discover.js';
import type { Migration } from '../../src/engine/files/migration.js';

export const CORPUS = import.meta.dirname;

/**
 * What a migration does to the application that runs meanwhile. waits: a statement of it waits longer than it can bear. fails: a statement
 * that worked before does not work any more. loses: rows or values that it could see before are not there any more.
 */
export type Harm = 'waits' | 'fails' | 'loses';
export const HARMS: readonly Harm[] = ['waits', 'fails', 'loses'];

/** One migration of the corpus. */
export interface Case {
  readonly migration: Migration;
  readonly path: string;
  /** As its first line says; empty for a safe one. {@link measureHarms} finds out whether that is so. */
  readonly harms: readonly Harm[];
  /** Rules of Pawl's of which one at least must speak. */
  readonly rules: readonly string[];
  /** Major version of PostgreSQL from which on it can be run. */
  readonly since: number;
}

/** `-- waits fails: CL004 DS001; where it comes from`, or `-- safe: what it looks like`. */
const HEADER =
  /^-- (?<harms>safe|(?:waits|fails|loses)(?: (?:fails|loses))*): (?:(?<rules>[A-Z]{2}\d{3}(?: [A-Z]{2}\d{3})*); )?\S/;

/** Reads the files of `dangerous/` and `safe/`. @throws Error for a first line that says nothing */
export async function readCases(): Promise<Case[]> {
  const cases: Case[] = [];
  for (const folder of ['dangerous', 'safe']) {
    const { migrations } = await discoverMigrations({ directory: folder }, CORPUS);
    for (const migration of migrations) {
      const { harms = '', rules = '' } = HEADER.exec(migration.sql)?.groups ?? {};
      const said = HARMS.filter((harm) => harms.split(' ').includes(harm));
      if (harms === '' || (folder === 'safe') !== (said.length === 0) || (rules === '') !== (said.length === 0))
        throw new Error(`${migration.path}: its first line does not say what it does`);
      cases.push({
        migration,
        path: join(CORPUS, migration.path),
        harms: said,
        rules: rules.split(' ').filter((rule) => rule !== ''),
        since: Number(/^-- since: (\d+)$/m.exec(migration.sql)?.[1] ?? 0),
      });
    }
  }
  return cases;
}

export function readScript(name: string): string {
  return readFileSync(join(CORPUS, `${name}.sql`), 'utf8');
}
