import type { CopyData } from './copy-data.js';

/** One migration as read from disk, whatever tool's format it was written for. */
export interface Migration {
  /** Identity in the ledger: canonical version ({@link canonicalVersion}) or the planning tool's own identity. */
  readonly version: string;
  /** The file's base name, as the ledger stores it; a directory format (Prisma, diesel) stores the directory's name. */
  readonly name: string;
  /** Path relative to the project, with forward slashes: what messages show. */
  readonly path: string;
  /** The part of the file to run. Parts that are not run (a down section) are blanked, so that lines and columns stay true. */
  readonly sql: string;
  /** What `COPY ... FROM stdin` reads: it stands in the file and is blanked in `sql`. */
  readonly data?: readonly CopyData[] | undefined;
  /** The first placeholder in `sql` that this machine has no value for: it can be listed and hashed here, and not run. */
  readonly open?: { readonly name: string; readonly offset: number } | undefined;
  /** The whole file, where not all of it runs as it stands: what other tools' checksums are over. See {@link fileText}. */
  readonly text?: string | undefined;
  /** SHA-256 (hex) over the whole file's text, BOM stripped and CRLF as LF. */
  readonly checksum: string;
  /** `none` when the file asks to run outside a transaction; `auto` leaves it to the grammar. */
  readonly transaction: 'auto' | 'none';
  /** Directives for Pawl itself: `-- pawl:<name> <argument>`, one entry per line. */
  readonly directives: readonly Directive[];
  /** How to undo it, where the format has that. */
  readonly down?: { readonly path: string; readonly sql: string } | undefined;
  /** Runs again whenever its checksum has changed, after all that run once (Flyway's `R__`, Liquibase's `runOnChange`). */
  readonly repeatable?: true | undefined;
}

/** The whole text of a migration's file. */
export const fileText = ({ text, sql }: Pick<Migration, 'text' | 'sql'>): string => text ?? sql;

/** `-- pawl:allow IX001 the table is empty` gives name `allow`, argument `IX001 the table is empty`. */
export interface Directive {
  readonly name: string;
  readonly argument: string;
  readonly line: number;
}

/**
 * Makes equal what counts as the same number: `000103`, `103` and `103.0` are all `103`; `1_2` (Flyway) is `1.2`.
 * @param text digits, with parts separated by `.` or `_`
 */
export function canonicalVersion(text: string): string {
  const parts = text.split(/[._]/).map((part) => part.replace(/^0+(?=\d)/, ''));
  while (parts.length > 1 && parts.at(-1) === '0') parts.pop();
  return parts.join('.');
}

/** A version as a person or a tool writes it, as the ledger has it: `0107` is `107`; names (Sqitch, Drizzle, Prisma) stay as they are. */
export function versionOf(written: string): string {
  return isNumeric(written.replaceAll('_', '.')) ? canonicalVersion(written) : written;
}

/** Orders canonical versions by number, part by part; identities that are not numbers keep the order they came in. */
export function compareVersions(a: string, b: string): number {
  if (!isNumeric(a) || !isNumeric(b)) return 0;
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = BigInt(left[i] ?? 0) - BigInt(right[i] ?? 0);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}

function isNumeric(version: string): boolean {
  return /^\d+(\.\d+)*$/.test(version);
}
