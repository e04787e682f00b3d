import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { npmInstall, TOOLS } from './tools-folder.js';

/** What is used of @pgkit/migra's own interface; its command line would start a Node for each pair. */
interface Migra {
  readonly Migration: { create(from: Client, to: Client, options: object): Promise<Migration> };
}
interface Migration {
  readonly sql: string;
  set_safety(on: boolean): void;
  add_all_changes(privileges: boolean): void;
}
interface Client {
  end(): Promise<void>;
}
interface ClientModule {
  readonly createClient: (url: string, options: object) => Client;
}

export interface SchemaDiffer {
  readonly version: string;
  /** @returns the statements that would make the first database like the second; empty when it sees no difference */
  compare(from: string, to: string): Promise<string>;
}

/** Installs @pgkit/migra, the maintained descendant of migra, as `--with-privileges --unsafe`: it reports the most so. */
export async function installMigra(): Promise<SchemaDiffer> {
  await npmInstall('@pgkit/migra');
  const folder = join(TOOLS, 'npm', 'node_modules', '@pgkit/migra');
  const load = createRequire(join(folder, 'package.json'));
  const { Migration } = load('./dist/index.js') as Migra;
  const { createClient } = load('@pgkit/client') as ClientModule;
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const quiet = { pgpOptions: { initialize: { noWarnings: true } } };
  return {
    version,
    async compare(from, to) {
      const clients = [createClient(from, quiet), createClient(to, quiet)] as const;
      try {
        const migration = await Migration.create(...clients, {});
        migration.set_safety(false);
        migration.add_all_changes(true);
        return migration.sql.trim();
      } finally {
        for (const client of clients) await client.end();
      }
    },
  };
}
