import { dropDatabase, onServer } from '../../src/embedded/database.js';
import type { Lint, Said } from '../linters/linter.js';
import type { Case } from './case.js';

/** What a linter said of a migration. */
export interface Judged {
  readonly one: Case;
  readonly said: readonly Said[];
}

interface Task {
  readonly server: string;
  /** With the schema. */
  readonly template: string;
  readonly one: Case;
  readonly lint: Lint;
}

/** Has a linter look at a migration, on a copy of the schema of its own. One that gives up has at least said that something is wrong. */
export async function judge({ server, template, one, lint }: Task): Promise<Judged> {
  const database = 'corpus_linted';
  await onServer(server, (client) => client.query(`create database ${database} template ${template}`));
  const url = new URL(server);
  url.pathname = `/${database}`;
  try {
    const said = await lint({ migration: one.migration, path: one.path, url: url.href }).catch((error: unknown) => {
      process.stderr.write(`${one.migration.path}: ${(error as Error).message.split('\n')[0]}\n`);
      return [{ rule: 'gave up', level: 'error' as const }];
    });
    return { one, said };
  } finally {
    await dropDatabase(server, database);
  }
}
