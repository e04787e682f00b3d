import { EMBEDDED_MAJOR } from '../../embedded/postgres-programs.js';
import { serverPrograms } from '../../pg-dump/programs.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-code.js';

/**
 * Folder of the programs of the server to check on; undefined means the one that comes with Pawl.
 * @param asked major version that was asked for: it must be there
 * @param like major version of the real server: taken where it is there
 * @throws CliError
 */
export function serverBin(
  { environment }: Pick<Context, 'environment'>,
  asked: number | undefined,
  like: number | undefined,
): string | undefined {
  if (environment['PAWL_SCRATCH_DATABASE_URL'] !== undefined) return undefined;
  const major = asked ?? like;
  if (major === undefined || major === EMBEDDED_MAJOR) return undefined;
  const bin = serverPrograms(environment, major);
  if (bin !== undefined || asked === undefined) return bin;
  throw new CliError(
    EXIT.usage,
    'USAGE',
    `there is no PostgreSQL ${asked} on this machine`,
    `Install it (Debian: apt-get install postgresql-${asked}), name the folder of its programs in PAWL_POSTGRES_BIN, or a server in PAWL_SCRATCH_DATABASE_URL.`,
  );
}
