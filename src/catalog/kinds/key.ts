import { missingArbiter, newUniqueness } from '../arbiter.js';
import { behavioural, breaking } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { accessMethod, address, columnNames, sorted, tablespace } from '../sql.js';

/** Primary keys and unique constraints, each with the index that enforces it. */
export const key: CatalogKind = {
  name: 'key',
  essence: ['primary', 'columns', 'nullsNotDistinct', 'withoutOverlaps'],
  sql: (server) => `
    select quote_ident(c.conname) || ' on ' || c.conrelid::regclass as identity, ${address('pg_constraint', 'c.oid')} as address, ${address('pg_class', 'c.conrelid')} as parent,
           case when c.conparentid <> 0 then ${address('pg_constraint', 'c.conparentid')} end as "inheritedFrom",
           c.contype = 'p' as primary, ${columnNames('c.conrelid', 'c.conkey')} as columns,
           ${columnNames('c.conrelid', '(i.indkey::int2[])[i.indnkeyatts:]')} as include,
           ${server >= 150000 ? 'i.indnullsnotdistinct as "nullsNotDistinct",' : ''}
           ${server >= 180000 ? 'c.conperiod as "withoutOverlaps",' : ''}
           c.condeferrable as deferrable, c.condeferred as deferred, i.indisvalid as valid, i.indisready as ready, i.indislive as live,
           i.indisclustered as clustered, ${accessMethod('x.relam')} as method, ${sorted('x.reloptions')} as options, ${tablespace('x.reltablespace')} as tablespace
    from pg_constraint c join pg_index i on i.indexrelid = c.conindid join pg_class x on x.oid = c.conindid
    where c.contype in ('p', 'u')`,
  added: newUniqueness,
  removed: missingArbiter,
  attributes: {
    primary: behavioural('foreign keys without a column list, replica identity and NOT NULL depend on which key is primary'),
    columns: missingArbiter,
    include: behavioural('index-only scans carry other columns'),
    nullsNotDistinct: breaking('rows whose key holds NULL count as duplicates on one side only'),
    withoutOverlaps: breaking('periods that overlap are refused on one side only'),
    deferrable: breaking('ON CONFLICT and foreign keys cannot use a deferrable key'),
    deferred: behavioural('duplicates are refused at commit instead of at the statement, or the other way round'),
    valid: behavioural('an INVALID index enforces nothing that queries or ON CONFLICT can use'),
    ready: behavioural('an index that is not ready misses new rows'),
    live: behavioural('an index that is being dropped serves nothing'),
    clustered: behavioural('CLUSTER without an index name uses another order'),
    method: behavioural('another kind of index enforces it'),
    options: behavioural('the index is stored otherwise'),
    tablespace: behavioural('the index is stored in another place'),
  },
};
