import { missingArbiter, newUniqueness } from '../arbiter.js';
import { behavioural, breaking, either, expression } from '../judge.js';
import type { CatalogKind, Finding } from '../kind.js';
import { accessMethod, address, columnNames, columnOptions, sorted, tablespace } from '../sql.js';

const keys = `(select array_agg(pg_get_indexdef(i.indexrelid, n, false) order by n) from generate_series(1, i.indnkeyatts) n)`;

/** What follows each key in CREATE INDEX: collation, operator class with its options, direction; empty for the defaults. */
const ordering = `(
  select array_agg(concat_ws(' ',
      case when i.indcollation[n - 1] not in (0, 100) then 'collate ' || i.indcollation[n - 1]::regcollation end,
      case when not o.opcdefault or ${columnOptions('a.attoptions')} is not null then o.opcnamespace::regnamespace || '.' || quote_ident(o.opcname) end,
      '(' || array_to_string(${columnOptions('a.attoptions')}, ', ') || ')',
      case when i.indoption[n - 1] & 1 = 1 then 'desc' end,
      case i.indoption[n - 1] & 3 when 1 then 'nulls last' when 2 then 'nulls first' end) order by n)
  from generate_series(1, i.indnkeyatts) n join pg_opclass o on o.oid = i.indclass[n - 1]
  join pg_attribute a on a.attrelid = i.indexrelid and a.attnum = n)`;

const statistics = `(
  select jsonb_object_agg(a.attnum, a.attstattarget) from pg_attribute a where a.attrelid = i.indexrelid and a.attstattarget >= 0)`;

const isUnique = ({ from, to }: Finding): boolean => from?.attributes['unique'] === true || to?.attributes['unique'] === true;
const ifUnique = either(isUnique, missingArbiter, behavioural('queries that used this index may be slow'));

/** Indexes that belong to no constraint, on tables and materialized views. */
export const index: CatalogKind = {
  name: 'index',
  essence: ['unique', 'method', 'keys', 'ordering', 'include', 'predicate', 'nullsNotDistinct'],
  sql: (server) => `
    select i.indexrelid::regclass::text as identity, ${address('pg_class', 'i.indexrelid')} as address, ${address('pg_class', 'i.indrelid')} as parent,
           (select ${address('pg_class', 'h.inhparent')} from pg_inherits h where h.inhrelid = i.indexrelid) as "inheritedFrom",
           i.indisunique as unique, ${accessMethod('x.relam')} as method, ${keys} as keys, ${ordering} as ordering,
           case when 0 <> all (i.indkey) then ${columnNames('i.indrelid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')} end as columns,
           ${columnNames('i.indrelid', '(i.indkey::int2[])[i.indnkeyatts:]')} as include, pg_get_expr(i.indpred, i.indrelid) as predicate,
           ${server >= 150000 ? 'i.indnullsnotdistinct as "nullsNotDistinct",' : ''}
           i.indisvalid as valid, i.indisready as ready, i.indislive as live, i.indisclustered as clustered,
           ${sorted('x.reloptions')} as options, ${tablespace('x.reltablespace')} as tablespace, ${statistics} as statistics
    from pg_index i join pg_class x on x.oid = i.indexrelid
    where not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))`,
  added: either(isUnique, newUniqueness, behavioural('an index that was not there: other plans, slower writes')),
  removed: ifUnique,
  attributes: {
    unique: either(({ after }) => after === true, newUniqueness, missingArbiter),
    method: behavioural('another kind of index serves other operators'),
    keys: expression(ifUnique),
    // Only the plain columns among the keys, for what hasArbiter() asks.
    columns: () => undefined,
    ordering: behavioural('other searches and orders can use the index, and another operator class compares otherwise'),
    include: behavioural('index-only scans carry other columns'),
    predicate: expression(
      either(
        isUnique,
        breaking('other rows must be unique, and ON CONFLICT needs another WHERE'),
        behavioural('the index holds other rows, so other queries can use it'),
      ),
    ),
    nullsNotDistinct: breaking('rows whose key holds NULL count as duplicates on one side only'),
    valid: behavioural('an INVALID index serves no query, and its uniqueness cannot be relied on'),
    ready: behavioural('an index that is not ready misses new rows'),
    live: behavioural('an index that is being dropped serves nothing'),
    clustered: behavioural('CLUSTER without an index name uses another order'),
    options: behavioural('the index is stored otherwise'),
    tablespace: behavioural('the index is stored in another place'),
    statistics: behavioural('ANALYZE gathers another amount of statistics on its expressions, so plans may differ'),
  },
};
