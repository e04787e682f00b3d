import { EMBEDDED_MAJOR } from '../embedded/postgres-programs.js';
import { findDumpPrograms, programsMissing, type DumpPrograms } from '../pg-dump/programs.js';
import type { Context } from './context.js';

export interface DumpableServer {
  readonly programs: DumpPrograms;
  /** Folder of the server to make throwaway databases on; undefined where the usual one can be read by pg_dump. */
  readonly bin: string | undefined;
}

/** The newest pg_dump of this machine, and a server that it can read. @throws EngineError `SQUASH_PROGRAMS` */
export function dumpableServer(environment: Context['environment']): DumpableServer {
  const programs = findDumpPrograms(environment);
  if (environment['PAWL_SCRATCH_DATABASE_URL'] !== undefined || programs.major >= EMBEDDED_MAJOR)
    return { programs, bin: undefined };
  if (programs.serverBin === undefined)
    throw programsMissing(
      `pg_dump ${programs.major} has no server of its version beside it, and cannot read one of ${EMBEDDED_MAJOR}`,
    );
  return { programs, bin: programs.serverBin };
}
