import { nodeOf, type Statement } from '../../files/statements.js';
import { qualified } from '../../postgres/quote.js';
import type { OnlineStatement } from './statement.js';

/** DROP INDEX CONCURRENTLY: cut short, it leaves the index invalid and still there; dropping it again finishes the work. */
export function dropIndex(statement: Statement): OnlineStatement {
  const [, fields] = nodeOf(statement);
  const objects = fields['objects'] as { List: { items: { String: { sval: string } }[] } }[];
  const name = objects[0]!.List.items.map((item) => item.String.sval);
  return {
    title: `DROP INDEX CONCURRENTLY ${name.join('.')}`,
    sql: statement.text,
    verifiable: true,
    remember: () => Promise.resolve({}),
    async probe(session, _before, resumed) {
      const { rows } = await session.client.query<{ oid: string | null }>('select pg_catalog.to_regclass($1)::oid as oid', [
        qualified(...name),
      ]);
      return rows[0]!.oid === null && resumed ? 'done' : 'absent';
    },
    recover: () => Promise.resolve(),
  };
}
