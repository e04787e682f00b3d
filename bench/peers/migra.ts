import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { npmInstall, TOOLS } from './tools-folder.js';

/** What is used of @pgkit/migra's own interface; its command line would start a Node for each pair. */
interface Migra {
  readonly run: (from: string, to: string, options: { unsafe: boolean; withPrivileges: boolean }) => Promise<Migration>;
}
interface Migration {
  readonly sql: string;
  readonly s_from: Connection;
  readonly s_target: Connection;
}
interface Connection {
  readonly c: { end(): Promise<void> };
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
  const { run } = createRequire(join(folder, 'package.json'))('./dist/index.js') as Migra;
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  let compared = 0;
  return {
    version,
    async compare(from, to) {
      compared += 1;
      // It warns of an address that it has had before.
      const [a, b] = [from, to].map((url) => `${url}?application_name=${compared}`);
      const migration = await run(a!, b!, { unsafe: true, withPrivileges: true });
      await Promise.all([migration.s_from, migration.s_target].map(({ c }) => c.end()));
      return migration.sql.trim();
    },
  };
}
