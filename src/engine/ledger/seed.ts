import { CHECKSUM_ALGORITHM } from '../files/checksum.js';
import { withClient } from '../postgres/with-client.js';
import { identifier } from '../postgres/quote.js';
import type { AppliedMigration } from './applied.js';
import { markFlushed } from './flushed.js';
import { findHeader } from './header.js';
import { createLedger } from './schema.js';

/** Writes an applied set into a throwaway database, whose ledger is missing or empty. */
export async function seedLedger(
  url: string,
  { ledger, name }: { readonly ledger: string; readonly name: string },
  applied: readonly AppliedMigration[],
): Promise<void> {
  const s = identifier(ledger);
  await withClient(url, 'pawl:check', async (client) => {
    const { rows } = await client.query<{ there: boolean }>(`select pg_catalog.to_regclass($1) is not null as there`, [
      `${s}.ledger`,
    ]);
    if (rows[0]?.there) {
      // Tables without rows do not say which version they have: the upgrade finds out what they lack.
      await client.query(`insert into ${s}.ledger (target, version) values ($1, 1)`, [name]);
      await client.query(`insert into ${s}.lease (epoch) values (0)`);
    }
    await createLedger(client, { ledger, name });
    await client.query(
      `insert into ${s}.applied_migrations (version, name, checksum, checksum_algorithm, statements_checksum, source, stage, late, applied_at)
       select version, name, checksum, case when checksum is not null then $2 end, statements_checksum, source, stage, late, applied_at
       from pg_catalog.json_to_recordset($1) as applied (version text, name text, checksum text, statements_checksum text, source text, stage text,
         late boolean, applied_at timestamptz, place int) order by place`,
      [JSON.stringify(applied.map(recordOf)), CHECKSUM_ALGORITHM],
    );
    await client.query(markFlushed(ledger).join('; '));
  });
}

const recordOf = (row: AppliedMigration, place: number): object => ({
  ...row,
  statements_checksum: row.statementsChecksum,
  applied_at: row.appliedAt,
  place,
});

/** A dump says which environment it comes from, and that a deploy goes on there where one did; its copy is nobody's. */
export async function freeLease(url: string, ledger: string): Promise<void> {
  const s = identifier(ledger);
  await withClient(url, 'pawl:check', async (client) => {
    const { rows } = await client.query<{ there: boolean }>(`select pg_catalog.to_regclass($1) is not null as there`, [
      `${s}.lease`,
    ]);
    if (!rows[0]?.there) return;
    await client.query(`update ${s}.lease set deploy_id = null, owner = null, released_at = now()`);
    const header = await findHeader(client, ledger);
    if (header && header.environment !== null) await client.query(`update ${s}.ledger set environment = null`);
  });
}
