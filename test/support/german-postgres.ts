import { execFileSync } from 'node:child_process';
import { createDatabase, startPostgres } from '../../src/embedded/postgres.js';
import { temporaryDirectory } from './directory.js';

/** Debian's PostgreSQL speaks other languages; the one from npm speaks English only. */
const BIN = '/usr/lib/postgresql/15/bin';

/** A PostgreSQL whose messages are German, as `initdb --locale=de_DE.UTF-8` makes it. Needs postgresql-15 and locales of Debian. */
export async function startGermanPostgres(): Promise<{ readonly url: string; readonly remove: () => Promise<void> }> {
  const place = temporaryDirectory();
  execFileSync('localedef', ['-i', 'de_DE', '-f', 'UTF-8', `${place.directory}/de_DE.UTF-8`]);
  const { LOCPATH } = process.env;
  process.env['LOCPATH'] = place.directory;
  try {
    const server = await startPostgres({ directory: `${place.directory}/server`, durable: false, bin: BIN });
    const url = await createDatabase(server.url, 'german');
    const remove = async (): Promise<void> => {
      await server.stop();
      await place.remove();
    };
    return { url, remove };
  } finally {
    if (LOCPATH === undefined) delete process.env['LOCPATH'];
    else process.env['LOCPATH'] = LOCPATH;
  }
}
