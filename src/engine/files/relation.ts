import { identifier, qualified } from '../postgres/quote.js';
import type { Statement } from './statements.js';

/** A table's name in a parse tree. */
export interface RangeVar {
  readonly schemaname?: string | undefined;
  readonly relname: string;
  readonly location: number;
}

/** The name as SQL, quoted. */
export function relationName({ schemaname, relname }: Pick<RangeVar, 'schemaname' | 'relname'>): string {
  return schemaname ? qualified(schemaname, relname) : identifier(relname);
}

const PART = String.raw`(?:[Uu]&)?(?:"(?:[^"]|"")*"|[^\s."(;,]+)`;
const NAME = new RegExp(String.raw`^(?:${PART}\s*\.\s*)*${PART}`);

/** A statement's text with one table's name replaced: to run it on a table of the same shape. */
export function replaceRelation(statement: Statement, relation: RangeVar, replacement: string): string {
  const at = statement.offsetOf(relation.location) - statement.start;
  const rest = statement.text.slice(at);
  const written = NAME.exec(rest)?.[0] ?? relation.relname;
  return statement.text.slice(0, at) + replacement + rest.slice(written.length);
}
