import type pg from 'pg';
import { identifier, literal } from '../postgres/quote.js';
import type { Owner } from '../target.js';

/** The journal of a migration that cannot be one transaction: which of its statements ran, and what the catalog looked like before. */
export interface Intent {
  readonly statement: number;
  readonly hash: string;
  readonly state: 'running' | 'done';
  readonly detail: Readonly<Record<string, unknown>>;
}

export async function readIntents(client: pg.Client, ledger: string, version: string): Promise<Intent[]> {
  const { rows } = await client.query<Intent>(
    `select statement, hash, state, detail from ${identifier(ledger)}.intents where version = $1 order by statement`,
    [version],
  );
  return rows;
}

/** Marks statements as done or running; a statement for a transaction of ours. A later attempt keeps the first one's detail. */
export function writeIntent(ledger: string, owner: Owner, version: string, intent: Intent): string {
  const values = [
    version,
    intent.statement,
    intent.hash,
    intent.state,
    JSON.stringify(intent.detail),
    owner.deployId,
    owner.epoch,
  ].map(literal);
  const finished = intent.state === 'done' ? 'clock_timestamp()' : 'null';
  return `insert into ${identifier(ledger)}.intents (version, statement, hash, state, detail, deploy_id, epoch, finished_at)
    values (${values.join(', ')}, ${finished})
    on conflict (version, statement) do update
    set state = excluded.state, hash = excluded.hash, deploy_id = excluded.deploy_id, epoch = excluded.epoch, finished_at = excluded.finished_at`;
}

/** Once the migration has its row in the applied set, the journal has said what it had to say. */
export function forgetIntents(ledger: string, version: string): string {
  return `delete from ${identifier(ledger)}.intents where version = ${literal(version)}`;
}
