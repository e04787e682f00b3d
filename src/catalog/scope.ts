import { FIRST_OWN_OID, isMember } from './sql.js';

/**
 * The start of every catalog query. $1 are schemas and $2 are tables (a bare name, or schema.name as SQL quotes it) to leave out.
 * $3 is the one schema to read, or null for all.
 * `member`: what belongs to an extension. `namespace`: the schemas that are read. `relation`: tables, views, sequences and
 * composite types in them; a composite type is addressed by its row in pg_type, as COMMENT and GRANT do.
 * Whatever hangs on a relation that is not here is dropped by the reader, so the other queries need not ask again.
 */
export const SCOPE = `
with member as materialized (
  select classid, objid from pg_depend where deptype = 'e'
), namespace as materialized (
  select oid, quote_ident(nspname) as name, nspname, nspowner, nspacl from pg_namespace
  where nspname <> all ($1::text[]) and ($3::text is null or nspname = $3) and nspname !~ '^(pg_|_timescaledb)' and nspname <> 'information_schema'
), relation as materialized (
  select c.*, n.name || '.' || quote_ident(c.relname) as identity,
         case c.relkind when 'c' then 'pg_type:' || c.reltype else 'pg_class:' || c.oid end as address
  from pg_class c join namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S', 'c') and c.relpersistence <> 't' and c.oid >= ${FIRST_OWN_OID}
    and c.relname <> all ($2::text[]) and n.name || '.' || quote_ident(c.relname) <> all ($2::text[])
    and not ${isMember('pg_class', 'c.oid')} and not ${isMember('pg_type', 'c.reltype')}
)`;
