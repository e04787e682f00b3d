export interface Neighbourhood {
  /** Names in the directory. */
  readonly neighbours: readonly string[];
  /** Canonical versions that the target has in all its directories: they are taken. */
  readonly versions: readonly string[];
  /** What the migration does, in words. */
  readonly label: string;
  readonly now: Date;
}

/** `V`, the number, what stands between number and label, and the ending, which may come in pairs (`.up.sql`, `.down.sql`). */
const NAME = /^(V?)(\d+)(?:[._]\d+)*(__|_|-)?.*?((?:\.(?:up|down))?\.sql)$/;

/** A date and time of 14 digits; seconds since 1970 have 10, milliseconds 13. */
const TIMESTAMP = 14;

/** The names of the next migration's files, in the style of their neighbours: timestamp or padded number, separator, up and down. */
export function nextFileNames({ neighbours, versions, label, now }: Neighbourhood): string[] {
  const matches = neighbours.map((name) => NAME.exec(name)).filter((match) => match !== null);
  const newest = matches.toSorted((a, b) => compare(a[2]!, b[2]!)).at(-1);
  const [, prefix = '', digits = '0000', separator = '_', ending = '.sql'] = newest ?? [];
  const stem = `${prefix}${nextNumber(digits, versions, now)}${separator}${slug(label)}`;
  const paired = ending !== '.sql';
  return paired ? [`${stem}.up.sql`, `${stem}.down.sql`] : [`${stem}.sql`];
}

function nextNumber(newest: string, versions: readonly string[], now: Date): string {
  if (newest.length === TIMESTAMP) return now.toISOString().replaceAll(/\D/g, '').slice(0, TIMESTAMP);
  if (newest.length === 10) return String(Math.floor(now.getTime() / 1000));
  if (newest.length === 13) return String(now.getTime());
  const taken = new Set(versions);
  let next = BigInt(newest) + 1n;
  while (taken.has(String(next))) next += 1n;
  return String(next).padStart(newest.length, '0');
}

function compare(a: string, b: string): number {
  return BigInt(a) < BigInt(b) ? -1 : 1;
}

function slug(label: string): string {
  return (
    label
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number}]+/gu, '_')
      .replaceAll(/^_|_$/g, '') || 'migration'
  );
}
