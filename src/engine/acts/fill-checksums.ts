import type { Control } from '../control.js';
import { CHECKSUM_ALGORITHM } from '../files/checksum.js';
import { fileFingerprint } from '../files/fingerprint.js';
import { loadGrammar } from '../files/statements.js';
import { withLock } from '../lease/with-lock.js';
import type { MigrationStage } from '../files/stage.js';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget, Owner } from '../target.js';
import { readApplied } from '../ledger/applied.js';
import { recordEvent } from '../ledger/events.js';

/**
 * Gives rows without a checksum, such as most that were adopted, that of their file as it is now, so that later edits are seen; and says
 * so in the audit, in one transaction under the lock.
 * @returns the versions of the rows
 */
export async function fillChecksums(
  target: EngineTarget,
  owner: Owner,
  stages: readonly MigrationStage[],
  decision: { readonly by: string; readonly reason: string },
  control: Control,
): Promise<readonly string[]> {
  await loadGrammar();
  return withLock(target, owner, control, async ({ client }) => {
    const files = new Map(stages.flatMap(({ migrations }) => migrations).map((migration) => [migration.version, migration]));
    const unknown = (await readApplied(client, target.ledger)).filter(({ checksum }) => checksum === null);
    const rows = unknown
      .flatMap(({ version }) => files.get(version) ?? [])
      .map((file) => ({ version: file.version, checksum: file.checksum, statements: fileFingerprint(file) }));
    const versions = rows.map(({ version }) => version);
    if (rows.length === 0) return versions;
    await client.query('begin');
    await client.query(
      `update ${identifier(target.ledger)}.applied_migrations a
       set checksum = r.checksum, checksum_algorithm = $2, statements_checksum = r.statements
       from pg_catalog.jsonb_to_recordset($1) as r(version text, checksum text, statements text) where a.version = r.version`,
      [JSON.stringify(rows), CHECKSUM_ALGORITHM],
    );
    await recordEvent(client, target, { kind: 'ledger.checksum', deployId: owner.deployId, ...decision, detail: { versions } });
    await client.query('commit');
    return versions;
  });
}
