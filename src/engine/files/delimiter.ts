/**
 * Puts a semicolon in the place of each delimiter that a script names for itself, outside of quotes, dollar quotes and comments, so that
 * the grammar finds the same statements. Lines and columns stay.
 */
export function replaceDelimiter(sql: string, delimiter: string): string {
  const word = delimiter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\n/g, '\\r?\\n');
  const tokens = new RegExp(
    `(${word})|'(?:[^']|'')*'|"(?:[^"]|"")*"|\\$(?<tag>\\w*)\\$[\\s\\S]*?\\$\\k<tag>\\$|--[^\\n]*|/\\*[\\s\\S]*?\\*/`,
    'g',
  );
  return sql.replace(tokens, (token, found?: string) => (found === undefined ? token : semicolon(found)));
}

/** Where a delimiter is blank lines only, the semicolon goes to the empty line: the one above may end in a comment. */
function semicolon(delimiter: string): string {
  if (delimiter.trim() === '') return delimiter.includes('\n') ? delimiter.replace('\n', '\n;') : `;${delimiter.slice(1)}`;
  return delimiter.replace(/[^\n]/g, ' ').replace(' ', ';');
}
