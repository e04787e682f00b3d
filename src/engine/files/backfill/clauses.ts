import { byteOffsets } from '../byte-offsets.js';
import { tokensOf } from '../grammar.js';
import { nodeOf, type Statement } from '../statements.js';
import type { RangeVar } from '../relation.js';
import type { Fields } from './nodes.js';

/** Where the parts of an UPDATE, DELETE or INSERT ... SELECT begin and end in its text; none of them in parentheses. */
export interface Clauses {
  /** Its own verb, behind any WITH. */
  readonly verb: Word;
  readonly set: Word | undefined;
  /** FROM of an UPDATE or of the SELECT, USING of a DELETE. */
  readonly sources: Word | undefined;
  readonly where: Word | undefined;
  /** Where the condition ends, or where one has to be put. */
  readonly end: number;
}

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Finds the clauses of a statement by PostgreSQL's own scanner. */
export function clausesOf(statement: Statement): Clauses {
  const words = outerWords(statement.text);
  const fields = nodeOf(statement)[1];
  const { location } = fields['relation'] as RangeVar;
  const target = statement.offsetOf(location) - statement.start;
  const verbs = words.filter(({ text, start }) => start < target && /^(update|delete|insert)$/i.test(text));
  const conflict = statement.type === 'InsertStmt' ? conflictIn(words, fields) : undefined;
  const behind = words.filter(({ start }) => start >= target && (!conflict || start < conflict.start));
  const is = (wanted: RegExp) => (word: Word, at: number, all: readonly Word[]) =>
    wanted.test(word.text) && !/^distinct$/i.test(all[at - 1]?.text ?? '');
  const hasSources = fields['fromClause'] ?? fields['usingClause'] ?? fields['selectStmt'];
  return {
    verb: verbs.at(-1)!,
    set: statement.type === 'UpdateStmt' ? behind.find(is(/^set$/i)) : undefined,
    sources: hasSources ? behind.find(is(statement.type === 'DeleteStmt' ? /^using$/i : /^from$/i)) : undefined,
    where: behind.findLast(is(/^where$/i)),
    end: conflict?.start ?? statement.text.length,
  };
}

function conflictIn(words: readonly Word[], fields: Fields): Word | undefined {
  if (fields['onConflictClause'] === undefined) return undefined;
  return words.findLast(({ text }, at) => /^on$/i.test(text) && /^conflict$/i.test(words[at + 1]?.text ?? ''));
}

/** The words outside of parentheses and brackets, without comments. */
function outerWords(sql: string): Word[] {
  const offset = byteOffsets(sql);
  let depth = 0;
  return tokensOf(sql).flatMap(({ start, end, text, tokenName }) => {
    if (tokenName.endsWith('COMMENT')) return [];
    if (text === ')' || text === ']') depth -= 1;
    const isOuter = depth === 0;
    if (text === '(' || text === '[') depth += 1;
    return isOuter ? [{ text, start: offset(start), end: offset(end) }] : [];
  });
}
