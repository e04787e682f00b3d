import { EngineError } from '../error.js';
import { fileText, type Migration } from './migration.js';
import { withoutValues } from '../postgres/without-values.js';
import { syntaxFaultOf } from './grammar.js';
import { wordsOf } from './names.js';
import { characterOffset } from './place.js';
import { writtenExcerpt, writtenPlace } from './written.js';

/**
 * What the grammar says of a script, with the place in the file.
 * @param part what was parsed of it, and where that begins
 * @returns `SQL_SYNTAX`, `SQL_PSQL_COMMAND` for a line that only psql understands, or `FILES_PLACEHOLDER`
 */
export function syntaxError(
  error: unknown,
  migration: Pick<Migration, 'path' | 'sql' | 'text'>,
  part: { readonly text: string; readonly start: number } = { text: migration.sql, start: 0 },
): EngineError {
  const { path, sql } = migration;
  const fault = syntaxFaultOf(error);
  const at = part.start + characterOffset(part.text, fault.cursorPosition);
  const message = scannerMessage(fault.message, sql, at, fileText(migration));
  const place = writtenPlace(migration, at);
  const excerpt = writtenExcerpt(migration, place);
  const line = fileText(migration).split('\n')[place.line - 1] ?? '';
  if (/^\s*\\/.test(line)) {
    const command = /\\\w*/.exec(line)?.[0] ?? '\\';
    return new EngineError('SQL_PSQL_COMMAND', 'refused', `${path}:${place.line}: ${command} is a command of psql, not SQL`, {
      next: 'Replace it with plain SQL; only psql itself understands backslash commands.',
      place,
      excerpt,
    });
  }
  const placeholder = placeholderAt(sql, at);
  if (placeholder !== undefined) {
    return new EngineError(
      'FILES_PLACEHOLDER',
      'refused',
      `${path}:${place.line}: the placeholder :${placeholder} has no value`,
      {
        next: `Give it one in the stage: placeholders: { ${placeholder}: ... }.`,
        place,
        excerpt,
      },
    );
  }
  return new EngineError('SQL_SYNTAX', 'refused', `${path}:${place.line}:${place.column}: ${message}`, {
    next: 'Correct the file and deploy again. Nothing was run.',
    place,
    excerpt,
  });
}

/** The name of a placeholder that psql or another tool would have filled in (`:NAME`): the grammar knows a colon only in `::` and `:=`. */
function placeholderAt(sql: string, at: number): string | undefined {
  const [, name = ''] = /^:([A-Za-z_]\w*)(?!['"\w])/.exec(sql.slice(at)) ?? [];
  const quoted = /['"]/.test(sql[at - 1] ?? '');
  return name !== '' && name.length <= LONGEST_WORD && !quoted ? name : undefined;
}

/** The longest word that a message about the grammar quotes. */
const LONGEST_WORD = 30;

/**
 * The scanner quotes what it stumbled over: after a forgotten quote the rest of the file, values of literals included. One word of the
 * file may be told, and no part of what is, or was meant as, a literal.
 */
function scannerMessage(message: string, sql: string, at: number, written: string): string {
  const [, told = message] = /^(.*?) at or near "/s.exec(message) ?? [];
  if (told === message) {
    const { names } = wordsOf(written);
    return withoutValues({ code: '42601', message, position: '1' }, { name: (name) => names.has(name), text: () => undefined });
  }
  const word = /^(?:[\p{L}_][\p{L}\p{N}_$]*|[-+*/<>=~!@#%^&|?()[\],;:.]{1,2}|\d+)/u.exec(sql.slice(at))?.[0] ?? '';
  const quoted = sql[at - 1] === "'" || sql[at + word.length] === "'";
  const known = word !== '' && word.length <= LONGEST_WORD && !quoted && written.includes(word);
  return known ? `${told} at or near "${word}"` : told;
}
