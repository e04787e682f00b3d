/**
 * Fills in values for placeholders: `${NAME}` and psql's `:NAME`. Only the names that are given are replaced, so that a cast (`::text`)
 * or a time (`12:00`) is never taken for one; `:::NAME` is a cast to one.
 */
export function fillPlaceholders(sql: string, values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values).reduce((text, [name, value]) => {
    if (value === undefined) return text;
    const word = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return text.replace(new RegExp(`\\$\\{${word}\\}|(?<=(?<![:\\w])(?:::)*):${word}\\b`, 'g'), () => value);
  }, sql);
}
