import { nodeOf, type Statement } from '../../files/statements.js';
import { relationName, type RangeVar } from '../../files/relation.js';
import type { OnlineStatement } from './statement.js';

interface AlterTableCommand {
  AlterTableCmd: { subtype: string; def?: { PartitionCmd?: { name: RangeVar; concurrent?: boolean } } };
}

/**
 * ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY: cut short, it leaves the partition "detach pending" (pg_inherits.inhdetachpending);
 * running it again fails with 55000, FINALIZE ends it.
 */
export function detachPartition(statement: Statement): OnlineStatement | undefined {
  const [, fields] = nodeOf(statement);
  const command = (fields['cmds'] as AlterTableCommand[])[0]?.AlterTableCmd;
  const partition = command?.def?.PartitionCmd;
  if (command?.subtype !== 'AT_DetachPartition' || !partition?.concurrent) return undefined;
  const parent = relationName(fields['relation'] as RangeVar);
  const child = relationName(partition.name);
  return {
    title: `DETACH PARTITION ${child} CONCURRENTLY`,
    sql: statement.text,
    verifiable: true,
    remember: () => Promise.resolve({}),
    async probe(session, _before, resumed) {
      const { rows } = await session.client.query<{ pending: boolean }>(
        'select inhdetachpending as pending from pg_catalog.pg_inherits where inhrelid = pg_catalog.to_regclass($1)::oid and inhparent = pg_catalog.to_regclass($2)::oid',
        [child, parent],
      );
      if (rows[0]) return rows[0].pending ? 'broken' : 'absent';
      return resumed ? 'done' : 'absent';
    },
    async recover(session) {
      await session.client.query(`alter table ${parent} detach partition ${child} finalize`);
    },
  };
}
