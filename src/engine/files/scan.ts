/** Literals, quoted names, dollar-quoted bodies and comments of a script, from the outside in. */
const TOKEN =
  /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$|(?<comment>--[^\n]*|\/\*[\s\S]*?\*\/)/g;

/** A comment of a script, by offsets. */
export interface Comment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The comments of a script; what looks like one inside of a literal or a function's body is none. */
export function commentsOf(sql: string): Comment[] {
  return [...sql.matchAll(TOKEN)].flatMap(({ 0: text, index, groups }) =>
    groups?.['comment'] === undefined ? [] : [{ start: index, end: index + text.length, text }],
  );
}

/** A script whose literals, quoted names and comments are blank; lines and columns stay. */
export function bareSql(sql: string): string {
  return sql.replace(TOKEN, (token) => token.replace(/[^\n]/g, ' '));
}
