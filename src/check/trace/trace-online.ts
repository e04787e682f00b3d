import type pg from 'pg';
import type { Statement } from '../../engine/files/statements.js';
import { factKey, type Facts } from '../facts/facts.js';
import { namedIn } from '../facts/named.js';
import type { LockMode } from './lock-mode.js';
import { listen } from './messages.js';
import { readFiles, type Relations } from './relations.js';
import type { Touched, Work } from './statement-trace.js';

/**
 * Runs a statement that PostgreSQL refuses in a transaction. Its locks are gone when it answers, so their modes are those of the
 * manual; whether it rewrote the table is measured.
 * @throws what `pg` throws
 */
export async function traceOnline(
  client: pg.Client,
  statement: Statement,
  facts: Facts,
  relations: Relations,
): Promise<{ touched: readonly Touched[]; skipped: boolean; absent: number }> {
  const { skipped, absent } = await listen(client, async () => void (await client.query(statement.text)));
  const files = await readFiles(client);
  const touched: Touched[] = [];
  for (const name of namedIn(statement).relations) {
    const relation = facts.relations.get(name);
    if (!relation?.existing) continue;
    const { mode, work } = manual(statement, name);
    if (mode === undefined) continue;
    const moved = files.get(relation.oid) !== relations.files.get(relation.oid);
    touched.push({ oid: relation.oid, mode, taken: true, work: moved ? ['rewrite'] : work });
  }
  return { touched, skipped, absent };
}

/** Lock mode and work by PostgreSQL's manual, on the reference page of each command; no mode for one that locks no relation it names. */
export function manual({ node }: Statement, name: string): { mode?: LockMode; work: Work[] } {
  if ('IndexStmt' in node) return { mode: 'ShareUpdateExclusiveLock', work: ['index build'] };
  if ('DropStmt' in node) return { mode: 'ShareUpdateExclusiveLock', work: [] };
  if ('ReindexStmt' in node) {
    const concurrently = node.ReindexStmt.params?.some((param) => 'DefElem' in param && param.DefElem.defname === 'concurrently');
    return { mode: concurrently ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock', work: ['index build'] };
  }
  if ('ClusterStmt' in node) return { mode: 'AccessExclusiveLock', work: [] };
  if ('VacuumStmt' in node) {
    const full = node.VacuumStmt.options?.some((option) => 'DefElem' in option && option.DefElem.defname === 'full');
    return { mode: full ? 'AccessExclusiveLock' : 'ShareUpdateExclusiveLock', work: [] };
  }
  if ('AlterTableStmt' in node) {
    // DETACH PARTITION CONCURRENTLY: the second of its two transactions locks the partition, not the parent.
    const { schemaname, relname = '' } = node.AlterTableStmt.relation ?? {};
    const parent = name === factKey(schemaname ? [schemaname, relname] : [relname]);
    return { mode: parent ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock', work: [] };
  }
  return { work: [] };
}
