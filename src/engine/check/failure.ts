import { sqlFailure } from '../apply/sql-failure.js';
import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import { parseStatements, type Statement } from '../files/statements.js';
import { isServerError, type ServerError } from '../postgres/sqlstate.js';
import type { CheckFailure } from './report.js';

interface Staged {
  readonly stage: string;
  readonly migration: Migration;
}

/** Words why a migration does not run on the scratch database, and what it needs. @param later what would run after it */
export function failureOf(
  cause: unknown,
  { stage, migration }: Staged,
  statement: Statement | undefined,
  later: readonly Staged[],
): CheckFailure {
  if (cause instanceof EngineError) return fromError(cause);
  const position = isServerError(cause) ? Number((cause as { position?: string }).position ?? Number.NaN) : Number.NaN;
  const offset = statement && Number.isFinite(position) ? statement.start + position - 1 : undefined;
  const failure = fromError(sqlFailure(cause, { migration, statement, offset, showValues: true }));
  const next = isServerError(cause) ? (whoMakesIt(cause, stage, later) ?? needs(cause)) : undefined;
  return next === undefined ? failure : { ...failure, next };
}

function fromError({ code, message, next, place, excerpt, sqlstate }: EngineError): CheckFailure {
  return { code, message, next, place, excerpt, sqlstate };
}

/** What a failure on a scratch database usually lacks, by SQLSTATE. */
const NEEDS: [RegExp, (error: ServerError) => string][] = [
  [
    /^(58P01|0A000)$/,
    ({ message }) =>
      /extension/.test(message) ? 'Install the extension on the server that the check uses, or name a server that has it.' : '',
  ],
  [
    /^42704$/,
    ({ message }) =>
      /^role /.test(message)
        ? 'Roles belong to the server, not to the database: create this one on the server that the check uses.'
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
function whoMakesIt(error: ServerError, stage: string, later: readonly Staged[]): string | undefined {
  const missing = error.code === '42P01' ? /^relation "(?:.*\.)?(.+)" does not exist/.exec(error.message)?.[1] : undefined;
  const maker = missing === undefined ? undefined : later.find(({ migration }) => creates(migration, missing));
  if (!maker || missing === undefined) return undefined;
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
