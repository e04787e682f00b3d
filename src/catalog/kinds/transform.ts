import { behavioural } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, isMember, procedure } from '../sql.js';

export const transform: CatalogKind = {
  name: 'transform',
  sql: () => `
    select format('for %s language %I', format_type(t.trftype, null), l.lanname) as identity, ${address('pg_transform', 't.oid')} as address,
           ${procedure('t.trffromsql')} as "fromSql", ${procedure('t.trftosql')} as "toSql"
    from pg_transform t join pg_language l on l.oid = t.trflang where not ${isMember('pg_transform', 't.oid')}`,
  added: behavioural('functions that name this transform get their arguments in another form'),
  removed: behavioural('functions that name this transform fail'),
  attributes: {
    fromSql: behavioural('arguments reach functions in another form'),
    toSql: behavioural('results of functions are read in another form'),
  },
};
