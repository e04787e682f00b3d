import { posix } from 'node:path';
import type { EngineError } from '../error.js';
import type { PlanFinding } from '../finding.js';
import { fileFault } from './file-fault.js';
import type { Discovered, Listing, MigrationFormat } from './format.js';

/** How runners begin the name of a migration: a number, also after V, R, U, B, m, Version, Migration; Alembic's `<hash>_<slug>.py`. */
const NUMBERED = /^(?:[VvRrUuBb]?\d|[Rr]__|(?:[mM]|[Vv]ersion|[Mm]igration)_?\d{3,}|[0-9a-f]{8,}_[^.]*\.py$)/;
const SQL = /\.(?:sql|p?g?sql|psql|plsql|plpgsql|ddl|dml|tql|pks|pkb)(?:\.(?:gz|zip|bz2|xz|zst))?$/i;
const CODE =
  /\.(go|[cm]?[jt]sx?|rb|py|exs?|cs|fs|vb|xml|ya?ml|json|php|java|kts?|groovy|scala|cljs?|edn|rs|swift|dart|cr|hs|ml|nim|lua|p[lm]|r|sh|bash|ps1|bat|cmd|toml)$/i;
/** Tests, declarations and data beside migrations. */
const HARMLESS =
  /(?:_test\.go|\.d\.[cm]?ts|[._](?:spec|test)\.[a-z]+|\.designer\.cs|\.sql\.conf|[._]snapshot\.json|\.(?:csv|tsv|dat|png|jpe?g|gif|svg|pdf|html?|adoc|rst|lock|sum))$/i;

/**
 * What lies in a directory and was not read, so that the files are proved against what is there and not against what was looked at.
 * Whatever could be a migration is a fault; what the format's own tool passes over is said, and keeps nothing from being deployed.
 * @param read files whose text was read
 */
export function findUnread(
  listing: Listing,
  format: MigrationFormat,
  read: ReadonlySet<string>,
  found: Discovered,
): { faults: EngineError[]; warnings: PlanFinding[] } {
  const path = (name: string): string => posix.join(listing.directory, name);
  const told = new Set(found.faults.map(({ message }) => /^(.*?):(?:\d+:)* /.exec(message)?.[1]));
  const isTold = (name: string): boolean => ancestry(name).some((part) => told.has(path(part)));
  const passedOver = new Map((found.passedOver ?? []).map(({ file, why }) => [file, why]));
  const faults = listing.odd
    .filter(({ name }) => !format.listed || NUMBERED.test(posix.basename(name)))
    .map(({ name, what }) => fileFault('FILES_BAD_NAME', path(name), what, 'Put the file itself there, or move it elsewhere.'));
  const warnings = [...passedOver].map(([file, why]) => passedOverFinding(path(file), format, why));
  if (format.listed) return { faults, warnings };
  for (const file of listing.files) {
    if (read.has(file) || passedOver.has(file) || found.leftOut?.includes(file) || isTold(file)) continue;
    const fault = faultOf(path(file), file);
    if (!fault) continue;
    const outside = format.flat === true && file.includes('/');
    const numbered = NUMBERED.test(posix.basename(file));
    if (format.tool === undefined || (numbered && !outside)) faults.push(fault);
    else if (numbered || !outside) warnings.push(passedOverFinding(path(file), format, whyPassedOver(file)));
  }
  const known = [...listing.files, ...listing.odd.map(({ name }) => name)];
  for (const folder of listing.folders.filter((name) => !name.includes('/') && NUMBERED.test(name))) {
    if (!isTold(folder) && !known.some((name) => name.startsWith(`${folder}/`))) faults.push(emptyFolder(path(folder)));
  }
  return { faults, warnings };
}

/** `a/b/c`, `a/b`, `a`. */
function ancestry(name: string): string[] {
  const parts = name.split('/');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
}

function faultOf(path: string, file: string): EngineError | undefined {
  const name = posix.basename(file);
  const numbered = NUMBERED.test(name);
  if (HARMLESS.test(name)) return undefined;
  if (name.endsWith('.sql')) return sqlFault(path, file, numbered);
  if (SQL.test(name)) return otherEnding(path);
  if (!numbered) return undefined;
  const language = CODE.exec(name)?.[1];
  return language === undefined ? otherEnding(path) : inOtherLanguage(path, language);
}

function sqlFault(path: string, file: string, numbered: boolean): EngineError {
  if (file.includes('/')) {
    return fileFault(
      'FILES_BAD_NAME',
      path,
      'a migration in a subdirectory',
      'Put it into the directory itself, or make the subdirectory a stage of its own.',
    );
  }
  return fileFault(
    'FILES_BAD_NAME',
    path,
    numbered ? 'the name is not that of a migration here' : 'the name does not begin with a version',
    'Name it <number>_<what it does>.sql, for example 0107_add_index.sql; or move it elsewhere.',
  );
}

function otherEnding(path: string): EngineError {
  const ending = /\.[^.]*$/.exec(posix.basename(path))?.[0];
  return fileFault(
    'FILES_BAD_NAME',
    path,
    ending === undefined ? 'the name has no ending, and only .sql is read' : `the name ends in ${ending}, and only .sql is read`,
    'Give it the ending .sql, in lower case, if it is a migration; otherwise move it elsewhere.',
  );
}

function inOtherLanguage(path: string, language: string): EngineError {
  return fileFault(
    'FILES_UNSUPPORTED',
    path,
    `a migration in ${language}, and Pawl runs SQL`,
    'Write what it does as SQL under the same version; or run its tool in an `exec` stage and move the file to a directory of its own.',
  );
}

function emptyFolder(path: string): EngineError {
  return fileFault(
    'FILES_BAD_NAME',
    path,
    'a folder with a version, and no migration in it',
    'Restore its script, or remove the folder.',
  );
}

function whyPassedOver(file: string): string {
  return file.includes('/') ? 'it lies in a subdirectory' : 'its name is not that of a migration';
}

function passedOverFinding(path: string, { name, tool = name }: MigrationFormat, why: string): PlanFinding {
  return {
    severity: 'warning',
    code: 'FILES_PASSED_OVER',
    message: `${path}: ${why}, so ${tool} never runs it, and neither does Pawl`,
    next: 'Nothing to do if it is no migration; move it elsewhere to be rid of this line.',
  };
}
