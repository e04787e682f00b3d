import { behavioural, breaking, cosmetic, either, expression } from '../judge.js';
import type { CatalogKind, Finding } from '../kind.js';
import { collation, columnOptions, options, word } from '../sql.js';
import { shortName } from '../catalog.js';
import { changedType } from '../column-type.js';

const origin = `(
  select 'pg_class:' || p.attrelid || ':' || p.attnum from pg_inherits h join pg_attribute p on p.attrelid = h.inhparent and p.attname = a.attname
  where h.inhrelid = a.attrelid and a.attinhcount > 0 order by h.inhseqno limit 1)`;

/** NOT NULL has a name and states of its own since PostgreSQL 18. */
const notNullConstraint = `
  nn.conname as "notNullName", nn.convalidated as "notNullValidated", nn.connoinherit as "notNullNoInherit",`;

const needsValue = ({ to }: Finding): boolean =>
  to?.attributes['notNull'] === true &&
  [to.attributes['default'], to.attributes['identityGeneration'], to.attributes['generated']].every((value) => value === null);
const column = (finding: Finding): string => shortName((finding.to ?? finding.from)!.identity);
const bothNotNull = ({ from, to }: Finding): boolean =>
  from?.attributes['notNull'] === true && to?.attributes['notNull'] === true;
const ifBothNotNull = either(bothNotNull, cosmetic('only the name of the NOT NULL constraint differs'), () => undefined);

/** Columns of tables, views and composite types. */
export const columnKind: CatalogKind = {
  name: 'column',
  sql: (server) => `
    select r.identity || '.' || quote_ident(a.attname) as identity, 'pg_class:' || a.attrelid || ':' || a.attnum as address, r.address as parent,
           ${origin} as "inheritedFrom", format_type(a.atttypid, a.atttypmod) as type, ${collation('a.attcollation', 'a.atttypid')} as collation,
           a.attnotnull as "notNull", ${server >= 180000 ? notNullConstraint : ''}
           case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end as default,
           case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end as generated,
           ${word('a.attgenerated', { s: 'stored', v: 'virtual' })} as "generatedKind",
           ${word('a.attidentity', { a: 'always', d: 'by default' })} as "identityGeneration",
           ${word('a.attstorage', { p: 'plain', e: 'external', m: 'main', x: 'extended' })} as storage,
           ${word('a.attcompression', { p: 'pglz', l: 'lz4' })} as compression, nullif(a.attstattarget, -1) as statistics,
           ${columnOptions('a.attoptions')} as options, ${options('a.attfdwoptions')} as "serverOptions", a.attinhcount > 0 as inherited
    from relation r join pg_attribute a on a.attrelid = r.oid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    ${server >= 180000 ? `left join pg_constraint nn on nn.conrelid = a.attrelid and nn.contype = 'n' and nn.conkey = array[a.attnum]` : ''}
    where r.relkind <> 'S' and a.attnum > 0 and not a.attisdropped`,
  added: either(
    needsValue,
    breaking((finding) => `inserts that do not give ${column(finding)} fail: it is NOT NULL without a default`),
    behavioural('a column that was not there; SELECT * returns it'),
  ),
  removed: breaking((finding) => `statements that name ${column(finding)} fail`),
  attributes: {
    type: changedType,
    collation: behavioural((finding) => `${column(finding)} sorts and compares in another order`),
    notNull: either(
      ({ after }) => after === true,
      breaking((finding) => `rows without ${column(finding)} are refused`),
      breaking((finding) => `${column(finding)} can be NULL, which readers do not expect`),
    ),
    notNullName: ifBothNotNull,
    notNullValidated: either(bothNotNull, behavioural('rows that are already there may hold NULL'), () => undefined),
    notNullNoInherit: either(bothNotNull, behavioural('child tables are or are not bound by NOT NULL'), () => undefined),
    default: expression(
      either(
        (finding) => finding.after === null && needsValue(finding),
        breaking((finding) => `inserts that do not give ${column(finding)} fail: its default is gone`),
        behavioural((finding) => `rows inserted without ${column(finding)} get another default`),
      ),
    ),
    generated: expression(
      either(
        ({ before, after }) => before === null || after === null,
        breaking((finding) => `${column(finding)} is computed on one side and written on the other`),
        behavioural((finding) => `${column(finding)} is computed otherwise`),
      ),
    ),
    generatedKind: either(
      ({ before, after }) => before === null || after === null,
      () => undefined,
      behavioural(
        'the value is computed when read instead of when written, or the other way round; only a stored one can be indexed',
      ),
    ),
    identityGeneration: either(
      ({ after }) => after === 'always',
      breaking((finding) => `inserts that give ${column(finding)} fail, unless they override the number`),
      either(
        ({ after }) => after === 'by default',
        breaking((finding) => `inserts may give ${column(finding)}, and get a number where they leave it out`),
        breaking((finding) => `inserts that leave ${column(finding)} out get no number; where it is NOT NULL they fail`),
      ),
    ),
    storage: behavioural('large values are stored otherwise'),
    compression: behavioural('large values are compressed otherwise'),
    statistics: behavioural('ANALYZE gathers another amount of statistics, so plans may differ'),
    options: behavioural('the planner is told other numbers of distinct values'),
    serverOptions: behavioural('the column is mapped to another one on the server'),
    inherited: cosmetic('the column is or is not tied to the parent table'),
  },
};
