import type { ServerError } from './sqlstate.js';
import { STATE } from './states.js';

/** Dependent objects, features that are not there, wrong definitions and states of objects: SQLSTATEs whose DETAIL is about the schema. */
const ABOUT_SCHEMA = new Set<string>([STATE.dependentObjectsStillExist, '0A000', '42P16', '55000', '55006', '42809', '42710']);

/** Names that were not found: the HINT is the name that was meant, or casts that are missing. */
const ABOUT_NAMES = new Set<string>(['42703', '42P01', '42883', '42704', '42804', '42846', '42501']);

/**
 * Source files of PostgreSQL that only speak about definitions. What RAISE, another language or another server says comes from elsewhere,
 * whatever its SQLSTATE, and so do the constraint checks, whose DETAIL is the row.
 */
const OF_DEFINITIONS =
  /^(dependency|pg_shdepend|pg_depend|tablecmds|indexcmds|typecmds|functioncmds|dbcommands|user|view|heap|index|aclchk|alter|dropcmds|parse_\w+)\.c$/;

/** Lines of a DETAIL that are shown; a schema that all depends on has thousands. */
const LINES = 10;

/**
 * What PostgreSQL adds to an error where that names objects and holds no rows: the views that depend on a table, the column that was meant.
 * @returns sentences to put behind the message, each beginning with a full stop; empty where there is nothing to show
 */
export function aboutObjects(error: ServerError): string {
  if (!OF_DEFINITIONS.test(error.file ?? '')) return '';
  const detail = ABOUT_SCHEMA.has(error.code) ? error.detail : undefined;
  const hint = ABOUT_NAMES.has(error.code) ? error.hint : undefined;
  return `${detail ? `. DETAIL: ${shortened(detail)}` : ''}${hint ? `. HINT: ${shortened(hint)}` : ''}`;
}

function shortened(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/[.\s]+$/, ''));
  const more = lines.length - LINES;
  return [...lines.slice(0, LINES), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
