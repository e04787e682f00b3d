import type pg from 'pg';
import { identifier, literal } from '../postgres/quote.js';
import type { Owner } from '../target.js';
import { counted } from './counted.js';

/**
 * An entry in the journal of a migration that cannot be one transaction: statements that are committed, or the one whose end is not known.
 * What is in it as done is never sent again.
 */
export interface Intent {
  readonly version: string;
  /** Number of its first statement in the file, from 0. */
  readonly statement: number;
  /** Over the texts of its statements: see hashStatements. */
  readonly hash: string;
  readonly state: 'running' | 'done';
  readonly detail: IntentDetail;
}

/** Beside what is named here: what the catalog looked like before a statement that cannot be in a transaction. */
export interface IntentDetail {
  /** How many statements of the file committed together; 1 where nothing is said. */
  readonly statements?: number;
  /** For a statement that is put on in steps: how many of them are committed. */
  readonly steps?: number;
  /** What it does, in words: `CREATE INDEX CONCURRENTLY orders_created_idx`. */
  readonly title?: string;
  /** It may run twice without harm, so that it does not matter whether it has. */
  readonly repeatable?: boolean;
  readonly [remembered: string]: unknown;
}

/** The journal of every version that has one, in the order of the file. */
export async function readJournal(client: pg.Client, ledger: string): Promise<Map<string, readonly Intent[]>> {
  return journalOf((await client.query<Intent>(journalQuery(ledger))).rows);
}

export const journalQuery = (ledger: string): string =>
  `select version, statement, hash, state, detail from ${identifier(ledger)}.intents order by version, statement`;

/** By version. */
export function journalOf(rows: readonly Intent[]): Map<string, readonly Intent[]> {
  const journal = new Map<string, Intent[]>();
  for (const row of rows) {
    const entries = journal.get(row.version);
    if (entries) entries.push(row);
    else journal.set(row.version, [row]);
  }
  return journal;
}

/** Writes an entry, or what has become of it; a statement for a transaction of ours. */
export function writeIntent(ledger: string, owner: Owner, intent: Intent): string {
  const { version, statement, hash, state, detail } = intent;
  const values = [version, statement, hash, state, JSON.stringify(detail), owner.deployId, owner.epoch].map(literal);
  const finished = state === 'done' ? 'pg_catalog.clock_timestamp()' : 'null';
  return counted(`insert into ${identifier(ledger)}.intents as known (version, statement, hash, state, detail, deploy_id, epoch, finished_at)
    values (${values.join(', ')}, ${finished})
    on conflict (version, statement) do update
    set state = excluded.state, hash = excluded.hash, detail = excluded.detail, deploy_id = excluded.deploy_id, epoch = excluded.epoch,
        finished_at = excluded.finished_at returning 1`);
}

/** Takes an entry of this deploy's back: nothing is left of what it was about. */
export function withdrawIntent(
  ledger: string,
  owner: Owner,
  { version, statement }: Pick<Intent, 'version' | 'statement'>,
): string {
  return `delete from ${identifier(ledger)}.intents where version = ${literal(version)} and statement = ${statement}
    and deploy_id = ${literal(owner.deployId)} and epoch = ${owner.epoch}`;
}

/** Once the migration has its row in the applied set, the journal has said what it had to say. */
export function forgetIntents(ledger: string, version: string): string {
  return `delete from ${identifier(ledger)}.intents where version = ${literal(version)}`;
}

/**
 * Removes what is left of journals of versions that are applied by now: adopted from another tool, or from before each way to the applied
 * set cleared the journal.
 * @param open versions that are applied and may be under way again all the same: repeatable ones
 */
export async function forgetSettled(client: pg.Client, ledger: string, open: readonly string[]): Promise<void> {
  const s = identifier(ledger);
  await client.query(
    `delete from ${s}.intents i using ${s}.applied_migrations a where a.version = i.version and not (i.version = any($1::text[]))`,
    [open],
  );
}
