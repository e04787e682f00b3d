/** What begins something in which blanks, semicolons and comment marks have another meaning, or none; a source for regular expressions. */
export const QUOTED = String.raw`--|\/\*|"|(?<![\w$\u0080-\uffff])[eE]'|'|(?<![\w$\u0080-\uffff])\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$`;

/** Where that which a mark of {@link QUOTED} begins has its end; the text's, where it has none. */
export function endOfQuoted(text: string, start: number, mark: string): number {
  const from = start + mark.length;
  if (mark === '--') return after(text, '\n', from);
  if (mark === '/*') return endOfComment(text, from);
  // A doubled quote ends one string and begins the next, which comes to the same.
  if (mark === '"' || mark === "'" || mark.startsWith('$')) return after(text, mark, from);
  return endOfEscaped(text, from);
}

function after(text: string, closing: string, from: number): number {
  const end = text.indexOf(closing, from);
  return end < 0 ? text.length : end + closing.length;
}

/** Comments nest in PostgreSQL. */
function endOfComment(text: string, from: number): number {
  let depth = 1;
  const marks = /\/\*|\*\//g;
  marks.lastIndex = from;
  for (let found = marks.exec(text); found; found = marks.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}

/** An E'...' string, in which a backslash takes the next character's meaning away. */
function endOfEscaped(text: string, from: number): number {
  const marks = /\\[\s\S]|'/g;
  marks.lastIndex = from;
  for (let found = marks.exec(text); found; found = marks.exec(text)) if (found[0] === "'") return marks.lastIndex;
  return text.length;
}

/** Offset of the first character at or after `from` that is neither white space nor a comment. */
export function skipTrivia(text: string, from: number, to = text.length): number {
  let at = from;
  for (;;) {
    WHITE.lastIndex = at;
    at = WHITE.exec(text)![0].length + at;
    const mark = text.slice(at, at + 2);
    if (at >= to || (mark !== '--' && mark !== '/*')) return Math.min(at, to);
    at = endOfQuoted(text, at, mark);
  }
}

const WHITE = /\s*/y;
