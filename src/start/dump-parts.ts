/** A piece of a script that pg_dump wrote: SQL, or the rows of one table. */
export type DumpPart = SqlPart | RowsPart;

export interface SqlPart {
  readonly sql: string;
  /** Line of the script at which it begins, from 1. */
  readonly line: number;
}

export interface RowsPart {
  /** Table and columns as COPY has them: `public.orders (id, code)`. */
  readonly into: string;
  /** Null is SQL's. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly line: number;
}

const COPY = /^COPY (.+) FROM stdin;$/i;

/** Takes a script of pg_dump's apart, without psql's own commands (`\restrict`, `\connect`). */
export function dumpParts(script: string): DumpPart[] {
  const parts: DumpPart[] = [];
  const lines = script.split(/\r?\n/);
  let sql: string[] = [];
  const flush = (before: number): void => {
    const text = sql.join('\n');
    if (text.trim() !== '') parts.push({ sql: text, line: before - sql.length + 1 });
    sql = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    const into = COPY.exec(line)?.[1];
    if (into === undefined) {
      sql.push(/^\\(un)?(restrict|connect)\b/.test(line) ? '' : line);
      continue;
    }
    flush(at);
    const end = lines.indexOf('\\.', at);
    const last = end === -1 ? lines.length : end;
    parts.push({ into, rows: lines.slice(at + 1, last).map((row) => row.split('\t').map(fieldOf)), line: at + 1 });
    at = last;
  }
  flush(lines.length);
  return parts;
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** A field of COPY's text format; "COPY", "Text Format" of the manual has the escapes. */
function fieldOf(field: string): string | null {
  if (field === '\\N') return null;
  return field.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}
