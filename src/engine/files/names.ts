/** What a script says outside of its literals, and what it raises. */
export interface Words {
  /** Names and key words: as written, as PostgreSQL folds them, and the parts between their underscores. */
  readonly names: ReadonlySet<string>;
  /** Literals of RAISE and ASSERT, quotes undone. Code in dollar quotes is read as code, not as a literal. */
  readonly raised: readonly string[];
}

/** Lexical rules of PostgreSQL (documentation, section 4.1), in the order in which they apply. */
const TOKEN =
  /--[^\n]*|\/\*|\be'[^'\\]*(?:(?:''|\\.)[^'\\]*)*(?:'|$)|'[^']*(?:''[^']*)*(?:'|$)|"[^"]*(?:""[^"]*)*(?:"|$)|\$([\p{L}_][\p{L}\p{N}_]*)?\$|[\p{L}_][\p{L}\p{N}_$]*/giuy;

/** PostgreSQL cuts longer names. */
const LONGEST_NAME = 63;

/** Reads a script word by word. It need not be valid: what a forgotten quote turns into a literal is one. */
export function wordsOf(sql: string): Words {
  const names = new Set<string>();
  const raised: string[] = [];
  const read = (text: string): void => {
    let before: string[] = [];
    let raises = false;
    for (let at = 0; at < text.length;) {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(text);
      if (!match) {
        if (text[at] === ';') raises = false;
        at += 1;
        continue;
      }
      const [token, tag = ''] = match;
      at += token.length;
      if (token.startsWith('--')) continue;
      if (token === '/*') at = endOfComment(text, at);
      else if (token.startsWith('"')) addName(names, token.slice(1, -1).replaceAll('""', '"'));
      else if (/^e?'/i.test(token)) {
        if (raises) raised.push(unquoted(token));
      } else if (token.startsWith('$')) {
        const end = text.indexOf(`$${tag}$`, at);
        const body = text.slice(at, end < 0 ? undefined : end);
        at += body.length + (end < 0 ? 0 : token.length);
        if (isCode(before)) read(body);
      } else {
        addName(names, token);
        const word = token.toLowerCase();
        raises ||= word === 'raise' || word === 'assert';
        before = [before.at(-1) ?? '', word];
      }
    }
  };
  read(sql);
  return { names, raised };
}

/** Whether a dollar quote after these words holds code: `DO $$`, `DO LANGUAGE x $$`, `AS $$`. */
const isCode = ([earlier, last = earlier]: readonly string[]): boolean =>
  last === 'do' || last === 'as' || earlier === 'language';

function addName(names: Set<string>, name: string): void {
  for (const form of [name, name.toLowerCase()]) {
    names.add(form).add(form.slice(0, LONGEST_NAME));
    for (const part of form.split('_')) names.add(part);
  }
}

function unquoted(token: string): string {
  const escapes = /^e/i.test(token);
  const text = token.slice(escapes ? 2 : 1, token.endsWith("'") ? -1 : undefined).replaceAll("''", "'");
  return escapes ? text.replace(/\\(.)/gs, '$1') : text;
}

function endOfComment(text: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  for (let depth = 1; depth > 0;) {
    const found = mark.exec(text);
    if (!found) return text.length;
    depth += found[0] === '/*' ? 1 : -1;
  }
  return mark.lastIndex;
}
