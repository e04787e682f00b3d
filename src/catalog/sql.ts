/**
 * Pieces of catalog queries. An address is the text `catalog:oid` or `catalog:oid:column`, such as `pg_class:16401:3`;
 * addresses tie rows of different queries together and never leave read.ts.
 */
export const address = (catalog: string, oid: string, column?: string): string =>
  `'${catalog}:' || ${oid}${column === undefined ? '' : ` || ':' || ${column}`}`;

/** Whether an object belongs to an extension. */
export const isMember = (catalog: string, oid: string): string =>
  `exists (select from member where member.classid = '${catalog}'::regclass and member.objid = ${oid})`;

export const role = (oid: string): string => `case when ${oid} = 0 then 'public' else quote_ident(pg_get_userbyid(${oid})) end`;

/** A list of texts in an order that does not depend on how it was written or on the database's collation. */
export const sorted = (array: string): string =>
  `(select array_agg(e::text order by e::text collate "C") from unnest(${array}) e)`;

/**
 * Options of a column, sorted; null for none. PostgreSQL's releases of November 2026 (15.20) keep an internal `pg_attver` among them,
 * which names a state of the server and nothing that anybody wrote.
 */
export const columnOptions = (array: string): string =>
  `(select array_agg(e order by e collate "C") from unnest(${array}) e where e !~ '^pg_attver=')`;

/** Options of foreign objects, sorted; what looks like a secret is hidden, so a changed secret is not seen either. */
export const options = (array: string): string =>
  `(select array_agg(e order by e collate "C") from (select case when o ~* '^[^=]*(passw|secret|token)' then split_part(o, '=', 1) || '=(hidden)' else o end as e from unnest(${array}) o) e)`;

/** A function with its argument types; null for none. */
export const procedure = (oid: string): string => `case when ${oid} <> 0 then ${oid}::oid::regprocedure::text end`;

export const tablespace = (oid: string): string => `(select spcname from pg_tablespace where pg_tablespace.oid = ${oid})`;

export const accessMethod = (oid: string): string => `(select amname from pg_am where pg_am.oid = ${oid})`;

/** Names of columns in the order of an array of their numbers. */
export const columnNames = (relation: string, numbers: string): string =>
  `(select coalesce(array_agg(a.attname::text order by k.n), '{}') from unnest(${numbers}) with ordinality k(num, n) join pg_attribute a on a.attrelid = ${relation} and a.attnum = k.num)`;

/** The name of a collation, or null for the one that the type has anyway. */
export const collation = (oid: string, type: string): string =>
  `case when ${oid} <> 0 and ${oid} <> (select base.typcollation from pg_type base where base.oid = ${type}) then ${oid}::regcollation::text end`;

/** Words for a "char" code. */
export const word = (code: string, words: Record<string, string>): string =>
  `case ${code}::text ${Object.entries(words)
    .map(([letter, text]) => `when '${letter}' then '${text}'`)
    .join(' ')} end`;

export const firing = (code: string): string => word(code, { O: 'enabled', D: 'disabled', R: 'replica', A: 'always' });

/** Objects with an OID below this one come with the server (FirstNormalObjectId in PostgreSQL's access/transam.h). */
export const FIRST_OWN_OID = 16384;
