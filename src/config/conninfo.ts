/** One setting of a conninfo string, with or without quotes; a backslash escapes (PostgreSQL documentation, section 34.1.1.1). */
const SETTING = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/gy;

/**
 * Turns libpq's `host=db port=5432 dbname=orders user=me` into an address, which is all that `pg` understands.
 * @returns undefined when the text is not of that form
 */
export function fromConninfo(text: string): string | undefined {
  const settings = new Map<string, string>();
  let end = 0;
  for (const match of text.trim().matchAll(SETTING)) {
    settings.set(match[1]!, (match[2] ?? match[3] ?? '').replace(/\\(.)/g, '$1'));
    end = match.index + match[0].length;
  }
  if (end !== text.trim().length || settings.size === 0) return undefined;
  const take = (name: string): string => {
    const value = settings.get(name) ?? '';
    settings.delete(name);
    return encodeURIComponent(value);
  };
  const database = take('dbname');
  const [user, password] = [take('user'), take('password')];
  const login = user ? `${user}${password ? `:${password}` : ''}@` : '';
  const host = take('host') || 'localhost';
  const port = take('port');
  const rest = [...settings].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  // A socket directory stands in the host's place, encoded: %2Frun%2Fpostgresql.
  return `postgres://${login}${host}${port ? `:${port}` : ''}/${database}${rest ? `?${rest}` : ''}`;
}
