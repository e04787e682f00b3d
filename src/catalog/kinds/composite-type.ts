import { behavioural, breaking, order, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { role } from '../sql.js';

/** Types made by CREATE TYPE .. AS (..); their attributes are read as columns. */
export const compositeType: CatalogKind = {
  name: 'composite type',
  sql: () => `
    select r.identity, r.address, ${role('r.relowner')} as owner,
           (select coalesce(array_agg(a.attname order by a.attnum), '{}') from pg_attribute a where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped) as "columnOrder"
    from relation r where r.relkind = 'c'`,
  added: behavioural('a type that was not there'),
  removed: breaking('columns, arguments and casts of this type fail'),
  attributes: {
    owner,
    columnOrder: order(breaking('ROW(..) values and text forms of this type put their parts in another order')),
  },
};
