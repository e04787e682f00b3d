import { sqlFailure } from '../engine/apply/sql-failure.js';
import { EngineError } from '../engine/error.js';
import { fileText, type Migration } from '../engine/files/migration.js';
import { parseStatements, type Statement } from '../engine/files/statements.js';
import { isServerError, type ServerError } from '../engine/postgres/sqlstate.js';
import { STATE } from '../engine/postgres/states.js';
import type { CheckFailure } from './report.js';
import type { StagedMigration } from './staged-migration.js';

/** What else belongs to the deploy. */
interface Around {
  /** What would run after the one that failed. */
  readonly later: readonly StagedMigration[];
  /** `exec` stages before it that were left out. */
  readonly leftOut: readonly string[];
}

/** Words why a migration does not run on the scratch database, and what it needs. */
export function failureOf(
  cause: unknown,
  { stage, kind, migration }: StagedMigration,
  statement: Statement | undefined,
  around: Around,
): CheckFailure {
  if (cause instanceof EngineError) {
    const next = cause.code === 'CONSTRAINT_NO_TABLE' ? whoMakesIt(cause.message, stage, around) : undefined;
    return next === undefined ? fromError(cause) : { ...fromError(cause), next };
  }
  const position = isServerError(cause) ? Number((cause as { position?: string }).position ?? Number.NaN) : Number.NaN;
  // A constraints stage runs other words than those of the file.
  const inFile = kind === 'migrate' && Number.isFinite(position);
  const offset = statement && inFile ? statement.start + position - 1 : undefined;
  // The database is made for the check; a value that a placeholder was given may still be a secret.
  const showValues = fileText(migration) === migration.sql;
  const failure = fromError(sqlFailure(cause, { migration, statement, offset, showValues }));
  const missing =
    isServerError(cause) && cause.code === STATE.undefinedTable ? whoMakesIt(cause.message, stage, around) : undefined;
  const next = isServerError(cause) ? (missing ?? needs(cause)) : undefined;
  return next === undefined ? failure : { ...failure, next };
}

/** An error of the engine's as a report shows it. */
export function fromError({ code, message, next, place, excerpt, sqlstate }: EngineError): CheckFailure {
  return { code, message, next, place, excerpt, sqlstate };
}

/** What a failure on a scratch database usually lacks, by SQLSTATE. */
const NEEDS: [RegExp, (error: ServerError) => string][] = [
  [
    /^(58P01|0A000)$/,
    ({ message }) =>
      /extension/.test(message)
        ? 'Install the extension on the server that the check uses, or name a server that has it: PAWL_SCRATCH_DATABASE_URL.'
        : '',
  ],
  [
    /^42704$/,
    ({ message }) =>
      /^role /.test(message)
        ? `Roles belong to the server, not to the database: have the check make it first, with --role ${/^role "(.*)"/.exec(message)?.[1] ?? '<name>'}.`
        : '',
  ],
  [
    /^(23502|23503|23505|23514|P0001|P0002)$/,
    () =>
      'It needs (or stumbles over) data. Check against a start state that holds such rows, or make the migration right for any data.',
  ],
  [/^42501$/, () => 'The user of the check lacks a right that the migration wants.'],
];

function needs(error: ServerError): string | undefined {
  const entry = NEEDS.find(([pattern]) => pattern.test(error.code));
  return entry?.[1](error) || undefined;
}

/** A missing relation that a later file creates: the file stands in the wrong stage, or has too low a version. */
function whoMakesIt(message: string, stage: string, { later, leftOut }: Around): string | undefined {
  const found = /relation "(?:.*\.)?(.+)" does not exist|there is no table (?:.*\.)?"?(.+?)"?$/.exec(message);
  const missing = found?.[1] ?? found?.[2];
  if (missing === undefined) return undefined;
  const maker = later.find(({ migration }) => creates(migration, missing));
  if (!maker && leftOut.length > 0)
    return `No migration creates ${missing}. If the exec stage ${leftOut.join(' or ')} does, run the check with --exec.`;
  if (!maker) return undefined;
  return maker.stage === stage
    ? `${missing} is created by ${maker.migration.path}, which has a higher version: give this file a version after that.`
    : `${missing} is created by ${maker.migration.path} in the stage ${maker.stage}, which runs later: move this file to that stage or to one after it.`;
}

function creates(migration: Migration, relation: string): boolean {
  try {
    return parseStatements(migration.sql, migration.path).some(
      ({ node }) => 'CreateStmt' in node && node.CreateStmt.relation?.relname === relation,
    );
  } catch (error) {
    // That file is reported by itself.
    if (error instanceof EngineError) return false;
    throw error;
  }
}
