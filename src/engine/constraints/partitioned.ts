import { relationName, type RangeVar } from '../files/relation.js';
import type { Session } from '../postgres/connect.js';

/** A partitioned table has no rows of its own: no index of it can be built concurrently. */
export async function isPartitioned(session: Session, table: RangeVar): Promise<boolean> {
  const { rows } = await session.client.query<{ partitioned: boolean }>(
    `select relkind = 'p' as partitioned from pg_catalog.pg_class where oid = pg_catalog.to_regclass($1)::oid`,
    [relationName(table)],
  );
  return rows[0]?.partitioned ?? false;
}
