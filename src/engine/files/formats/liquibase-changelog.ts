import type { EngineError } from '../../error.js';
import { fileFault } from '../file-fault.js';
import { linesOf } from '../section.js';

export interface Changeset {
  readonly author: string;
  readonly id: string;
  /** Attributes of its first line, by name in lower case. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Number of the first line, from 1. */
  readonly line: number;
  /** Lines that run, and those that undo it, by number. */
  readonly up: Map<number, string>;
  readonly down: Map<number, string>;
}

export interface Changelog {
  readonly changesets: readonly Changeset[];
  readonly properties: Readonly<Record<string, string>>;
  readonly logicalFilePath: string | undefined;
  /** Each line of the file. */
  readonly lines: readonly string[];
  readonly faults: readonly EngineError[];
}

/** Facts: liquibase.parser.AbstractFormattedChangeLogParser; keywords are the same in upper and lower case. */
const HEADER = /^\s*--\s*liquibase\s*formatted/i;
const CHANGESET = /^\s*--\s*changeset\s+("[^"]+"|[^:]+):\s*("[^"]+"|\S+)(.*)$/i;
const PROPERTY = /^\s*--\s*property\s+(.*)$/i;
const ROLLBACK = /^(\s*--\s*rollback )(.*)$/i;
const ROLLBACK_BLOCK = /^\s*\/\*\s*liquibase\s*rollback\s*$/i;
const IGNORE = /^\s*--\s*ignoreLines:(\w+)\s*$/i;
/** Lines that make a changeset run only at times, or read other files. */
const UNSUPPORTED = /^\s*--\s*(preconditions?\b|include(?:all)?\s)/i;

/** Reads a formatted SQL changelog line by line. */
export function parseChangelog(text: string, path: string): Changelog {
  const lines = linesOf(text).map((line) => line.text);
  const changesets: Changeset[] = [];
  const properties: Record<string, string> = {};
  const faults: EngineError[] = [];
  let logicalFilePath: string | undefined;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const current = changesets.at(-1);
    const ignored = IGNORE.exec(line)?.[1];
    const [, rollbackMark = '', rollback] = ROLLBACK.exec(line) ?? [];
    if (HEADER.test(line)) logicalFilePath ??= attributesOf(line).get('logicalfilepath');
    else if (PROPERTY.test(line)) addProperty(properties, attributesOf(line));
    else if (ignored !== undefined) index = endOfIgnored(lines, index, ignored);
    else if (/^\s*--\s*changeset\b/i.test(line)) {
      const changeset = parseHead(line, index + 1);
      if (changeset) changesets.push(changeset);
      else faults.push(fileFault('FILES_FORMAT', [path, index + 1], 'not a changeset', 'Write it as --changeset <author>:<id>.'));
    } else if (UNSUPPORTED.test(line)) {
      faults.push(conditional(path, index + 1, UNSUPPORTED.exec(line)![1]!.trim()));
    } else if (!current) continue;
    else if (rollback !== undefined) current.down.set(index + 1, ' '.repeat(rollbackMark.length) + rollback);
    else if (ROLLBACK_BLOCK.test(line)) {
      for (index++; index < lines.length && !/\*\/\s*$/.test(lines[index]!); index++) current.down.set(index + 1, lines[index]!);
      current.down.set(index + 1, (lines[index] ?? '').replace(/\*\/\s*$/, ''));
    } else current.up.set(index + 1, line);
  }
  return { changesets, properties, logicalFilePath, lines, faults };
}

function parseHead(line: string, number: number): Changeset | undefined {
  const [, author, id, rest] = CHANGESET.exec(line) ?? [];
  if (author === undefined || id === undefined) return undefined;
  const unquoted = (word: string): string => word.replace(/^"(.*)"$/, '$1');
  return {
    author: unquoted(author),
    id: unquoted(id),
    attributes: attributesOf(rest ?? ''),
    line: number,
    up: new Map(),
    down: new Map(),
  };
}

/** `name:value` and `name:"a value"`. */
function attributesOf(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/(\w+):\s*(?:"([^"]*)"|(\S*))/g)].map(([, name, quoted, bare]) => [name!.toLowerCase(), quoted ?? bare!]),
  );
}

/** The first value stays; one for another database does not count. */
function addProperty(properties: Record<string, string>, attributes: ReadonlyMap<string, string>): void {
  const name = attributes.get('name');
  if (name === undefined || name in properties || !isForPostgres(attributes.get('dbms'))) return;
  properties[name] = attributes.get('value') ?? '';
}

/** Whether a list such as `oracle,!h2` lets PostgreSQL in. */
export function isForPostgres(dbms: string | undefined): boolean {
  const names = (dbms ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
    .filter((name) => name !== '');
  if (names.includes('none') || names.includes('!postgresql')) return false;
  const wanted = names.filter((name) => !name.startsWith('!'));
  return wanted.length === 0 || wanted.includes('postgresql') || wanted.includes('all');
}

/** Index of the last line that is ignored. */
function endOfIgnored(lines: readonly string[], index: number, word: string): number {
  if (word.toLowerCase() !== 'start') return index + Number(word);
  const end = lines.findIndex((line, at) => at > index && IGNORE.exec(line)?.[1]?.toLowerCase() === 'end');
  return end < 0 ? lines.length : end;
}

function conditional(path: string, line: number, word: string): EngineError {
  return fileFault(
    'FILES_UNSUPPORTED',
    [path, line],
    `--${word} is not known here`,
    'Write the condition in SQL (a DO block); or, where it only guards against a second run, remove it: Pawl runs each changeset once.',
  );
}
