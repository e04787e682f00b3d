import type pg from 'pg';
import type { Statement } from '../../engine/files/statements.js';
import { readHeld, readScans, type Held } from './held.js';
import { bareName } from '../sql-name.js';
import { isStronger, strongest } from './lock-mode.js';
import { listen, type Said } from './messages.js';
import { readBuilt, type Relations } from './relations.js';
import type { Touched, Work } from './statement-trace.js';

/** What the session holds, and the scans it has been counted for; to be compared with what they are after the next statement. */
export interface Standing {
  readonly held: ReadonlyMap<string, Held>;
  readonly scans: ReadonlyMap<string, number>;
}

const NOTHING: Standing = { held: new Map(), scans: new Map() };

/** The standing at the beginning of a transaction. */
export async function begin(client: pg.Client, { known }: Relations): Promise<Standing> {
  if (known.size === 0) return NOTHING;
  return { held: new Map(), scans: await readScans(client) };
}

export type Measured =
  | { readonly standing: Standing; readonly touched: readonly Touched[]; readonly skipped: boolean; readonly absent: number }
  /** PostgreSQL's error. */
  | { readonly cause: unknown };

/** Runs one statement of an open transaction and compares before with after. */
export async function measureStatement(
  client: pg.Client,
  statement: Statement,
  before: Standing,
  relations: Relations,
): Promise<Measured> {
  let said: Said;
  try {
    said = await listen(client, async () => void (await client.query(statement.text)));
  } catch (cause) {
    return { cause };
  }
  // Nobody uses anything yet: there is nothing to measure.
  if (relations.known.size === 0) return { standing: NOTHING, touched: [], ...whatIfFound(said) };
  const held = await readHeld(client);
  const built = await readBuilt(client, said.built, relations);
  const touched = held.flatMap((now) => compare(now, { statement, said, built, relations, before }));
  const scans = new Map(before.scans);
  for (const now of held) {
    if (relations.files.has(now.oid)) relations.files.set(now.oid, now.file);
    scans.set(now.oid, now.scans);
  }
  return { standing: { held: new Map(held.map((now) => [now.oid, now])), scans }, touched, ...whatIfFound(said) };
}

function whatIfFound({ skipped, absent }: Said): Pick<Said, 'skipped' | 'absent'> {
  return { skipped, absent };
}

interface Context {
  readonly before: Standing;
  readonly statement: Statement;
  readonly said: Said;
  /** Oids of the tables on which an index was built. */
  readonly built: ReadonlySet<string>;
  readonly relations: Relations;
}

function compare(now: Held, context: Context): Touched[] {
  if (!context.relations.known.has(now.oid)) return [];
  const mode = strongest(now.modes);
  const before = context.before.held.get(now.oid);
  const taken = isStronger(mode, before && strongest(before.modes));
  const work = workOn(now, context);
  return taken || work.length > 0 ? [{ oid: now.oid, mode, taken, work }] : [];
}

/** Heaviest first. */
function workOn(now: Held, { statement, said, built, relations, before }: Context): Work[] {
  const { kind, name, table } = relations.known.get(now.oid)!;
  // TRUNCATE also gives new files and builds indexes, but empty ones.
  if ('TruncateStmt' in statement.node) return [];
  const moved = now.exists && relations.files.get(now.oid) !== now.file;
  if (kind === 'i' || kind === 'I') return moved && table !== now.oid ? ['index build'] : [];
  const work: Work[] = [];
  if (moved) work.push('rewrite');
  if (now.exists && built.has(now.oid)) work.push('index build');
  const scanned = now.scans > (before.scans.get(now.oid) ?? 0) || (said.checkedForeignKey && isForeignKeyOf(statement, name));
  if (scanned) work.push('scan');
  return work;
}

/** The rows of the table that the statement alters are checked, whatever plan reads them. */
function isForeignKeyOf({ node }: Statement, name: string): boolean {
  return 'AlterTableStmt' in node && node.AlterTableStmt.relation?.relname === bareName(name);
}
