import { EngineError } from '../error.js';
import type { Directive } from './migration.js';

/** What a file may tell Pawl: `-- pawl:<name> <argument>` on a line of its own. */
const KNOWN: Readonly<Record<string, string>> = {
  'no-transaction': 'run each statement by itself, outside one big transaction',
  autocommit: '<why it may run twice>: run the statement below outside any transaction',
  'late-ok': '<why>: this one may come out of order, whatever the policy',
  backfill: '<table> by <key>: run the one statement of the file in batches',
  verify: '<query>: must answer true once the backfill of the file is through',
  squashes: '<version> <version> ...: takes the place of these; written by pawl squash',
  allow: '<rule> <why>: accept a finding of pawl check',
};

/** The directives of a file. @returns those known, and a fault for each that is not */
export function readDirectives(sql: string, path: string): { directives: Directive[]; faults: EngineError[] } {
  const directives: Directive[] = [];
  const faults: EngineError[] = [];
  if (!sql.includes('pawl:')) return { directives, faults };
  sql.split('\n').forEach((text, index) => {
    const [, name, argument = ''] = /^\s*--\s*pawl:([\w-]+)[ \t]*(.*?)\s*$/.exec(text) ?? [];
    if (name === undefined) return;
    const line = index + 1;
    if (Object.hasOwn(KNOWN, name)) directives.push({ name, argument, line });
    else faults.push(unknown(path, line, name));
  });
  return { directives, faults };
}

function unknown(path: string, line: number, name: string): EngineError {
  const known = Object.entries(KNOWN).map(([word, meaning]) => `pawl:${word} (${meaning})`);
  return new EngineError('FILES_DIRECTIVE', 'refused', `${path}:${line}: there is no directive pawl:${name}`, {
    next: `Known are: ${known.join('; ')}.`,
    place: { file: path, line, column: 1 },
  });
}
