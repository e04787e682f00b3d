/**
 * Fills in values for placeholders: `${NAME}` and psql's `:NAME`. Only the names that are given are replaced, so that a cast (`::text`)
 * or a time (`12:00`) is never taken for one; `:::NAME` is a cast to one.
 */
export function fillPlaceholders(sql: string, values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values).reduce(
    (text, [name, value]) => (value === undefined ? text : text.replace(usesOf(name), () => value)),
    sql,
  );
}

/** Where a script uses a placeholder that has no value here, from the first such name on; undefined where it uses none. */
export function openPlaceholder(
  sql: string,
  values: Readonly<Record<string, string | undefined>>,
): { readonly name: string; readonly offset: number } | undefined {
  return Object.entries(values)
    .filter(([, value]) => value === undefined)
    .map(([name]) => ({ name, offset: sql.search(usesOf(name)) }))
    .find(({ offset }) => offset >= 0);
}

function usesOf(name: string): RegExp {
  const word = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`\\$\\{${word}\\}|(?<=(?<![:\\w])(?:::)*):${word}\\b`, 'g');
}
