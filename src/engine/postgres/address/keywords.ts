import { AddressError } from './address-error.js';
import { isSecret, type Pair } from './pair.js';

/** One `name = value`, with or without quotes; a backslash escapes (PostgreSQL documentation, section 34.1.1.1). */
const SETTING = /\s*([^\s=']+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'(?=\s|$)|((?:[^\s'\\]|\\.)(?:[^\s\\]|\\.)*|(?=\s|$)))/gsy;

export const isKeywords = (text: string): boolean => /^\w+\s*=/.test(text);

/** The parameters of `host=db dbname=orders user=me`. @throws AddressError */
export function keywordPairs(text: string): Pair[] {
  const pairs: Pair[] = [];
  let end = 0;
  let named = true;
  for (const match of text.matchAll(SETTING)) {
    const [all, name = '', quoted, plain = ''] = match;
    pairs.push({ name, value: (quoted ?? plain).replaceAll(/\\(.)/gs, '$1'), named });
    if (isSecret(name) && quoted === undefined) named = false;
    end = match.index + all.length;
  }
  if (text.slice(end).trim() === '') return pairs;
  throw new AddressError(
    "is not of the form host=... dbname=...; a value with blanks is written in single quotes, ' and \\ in it as \\' and \\\\",
  );
}
