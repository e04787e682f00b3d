import { behavioural, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, columnNames, isMember, role } from '../sql.js';

const tables = (server: number): string => `(
  select jsonb_object_agg(t.prrelid::regclass::text, ${
    server >= 150000
      ? `jsonb_build_object('columns', case when t.prattrs is not null then ${columnNames('t.prrelid', 't.prattrs')} end, 'where', pg_get_expr(t.prqual, t.prrelid))`
      : `'{}'::jsonb`
  }) from pg_publication_rel t where t.prpubid = p.oid)`;

const schemas = `(
  select array_agg(s.pnnspid::regnamespace::text order by s.pnnspid::regnamespace::text collate "C") from pg_publication_namespace s where s.pnpubid = p.oid)`;

export const publication: CatalogKind = {
  name: 'publication',
  sql: (server) => `
    select quote_ident(p.pubname) as identity, ${address('pg_publication', 'p.oid')} as address, ${role('p.pubowner')} as owner, p.puballtables as "allTables",
           array_remove(array[case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end, case when p.pubdelete then 'delete' end,
             case when p.pubtruncate then 'truncate' end], null) as operations, p.pubviaroot as "viaRoot", ${server >= 150000 ? `${schemas} as schemas,` : ''}
           ${server >= 180000 ? 'p.pubgencols as "generatedColumns",' : ''} ${tables(server)} as tables
    from pg_publication p where not ${isMember('pg_publication', 'p.oid')}`,
  added: behavioural('changes can be subscribed to that could not be'),
  removed: behavioural('subscriptions to it fail'),
  attributes: {
    owner,
    allTables: behavioural('subscribers get the changes of other tables'),
    operations: behavioural('subscribers get other kinds of changes'),
    viaRoot: behavioural('changes of partitions arrive under another table name'),
    schemas: behavioural('subscribers get the changes of other tables'),
    generatedColumns: behavioural('subscribers do or do not get generated columns'),
    tables: behavioural('subscribers get the changes of other tables, columns or rows'),
  },
};
