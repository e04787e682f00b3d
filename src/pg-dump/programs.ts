import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EngineError } from '../engine/error.js';

/** A folder with `pg_dump`, and with the server's programs where `server` says so. */
export interface DumpPrograms {
  readonly pgDump: string;
  readonly major: number;
  /** Folder of the server's programs of the same version; undefined when only pg_dump is there. */
  readonly serverBin: string | undefined;
}

/** Where the packages of Debian, Red Hat, Homebrew and PostgreSQL's own installers put versions side by side. */
const HOMES = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt', '/Library/PostgreSQL', '/usr'];

/**
 * The newest `pg_dump` of this machine: in the folder that PAWL_POSTGRES_BIN names, else where packages put it, else on PATH.
 * @throws EngineError `SQUASH_PROGRAMS`
 */
export function findDumpPrograms(environment: Readonly<Record<string, string | undefined>>): DumpPrograms {
  const [best] = allDumpPrograms(environment);
  if (best) return best;
  const own = environment['PAWL_POSTGRES_BIN'];
  throw programsMissing(
    own === undefined ? 'pg_dump is not installed' : `there is no pg_dump that runs in ${own} (PAWL_POSTGRES_BIN)`,
  );
}

/** Folder of a server's programs of a major version; undefined when this machine has none. */
export function serverPrograms(environment: Readonly<Record<string, string | undefined>>, major: number): string | undefined {
  return allDumpPrograms(environment).find((found) => found.major === major && found.serverBin !== undefined)?.serverBin;
}

/** The newest first, and of those the ones that have a server. */
function allDumpPrograms(environment: Readonly<Record<string, string | undefined>>): DumpPrograms[] {
  const own = environment['PAWL_POSTGRES_BIN'];
  const folders = own === undefined ? [...HOMES.flatMap(versionsIn), ...(environment['PATH'] ?? '').split(delimiter)] : [own];
  const found = folders.flatMap((folder) => {
    const pgDump = join(folder, 'pg_dump');
    const answer = existsSync(pgDump) ? spawnSync(pgDump, ['--version'], { encoding: 'utf8' }).stdout : null;
    const major = /\(PostgreSQL\) (\d+)/.exec(answer ?? '')?.[1];
    if (major === undefined) return [];
    return [{ pgDump, major: Number(major), serverBin: existsSync(join(folder, 'initdb')) ? folder : undefined }];
  });
  return found.sort((a, b) => b.major - a.major || Number(b.serverBin !== undefined) - Number(a.serverBin !== undefined));
}

export function programsMissing(what: string): EngineError {
  return new EngineError('SQUASH_PROGRAMS', 'refused', `${what}: the schema is written down with it`, {
    next: 'Install PostgreSQL (Debian: apt-get install postgresql; macOS: brew install postgresql), or name the folder of its programs in PAWL_POSTGRES_BIN. Nothing was changed.',
  });
}

function versionsIn(home: string): string[] {
  if (!existsSync(home)) return [];
  return readdirSync(home)
    .filter((name) => /^(\d+|postgresql@\d+|pgsql-\d+)$/.test(name))
    .map((name) => join(home, name, 'bin'));
}
