import type pg from 'pg';
import type { Statement } from '../../engine/files/statements.js';
import type { Facts, FunctionFacts, RelationFacts, TypeFacts } from './facts.js';
import { namedIn } from './named.js';

const NOTHING: Facts = { relations: new Map(), functions: new Map(), types: new Map() };

/**
 * Asks the catalog about what a statement names, when it concerns a relation of before the deploy, a domain or a procedure: of what is
 * new nobody wants to know anything. Takes no lock that outlives the query.
 * @param existing oids of the relations of before the deploy; `other` those of types and functions
 */
export async function readFacts(
  client: pg.Client,
  statement: Statement,
  existing: { has(oid: string): boolean; readonly size: number },
  other: ReadonlySet<string>,
): Promise<Facts> {
  const { node } = statement;
  if ('CreateFunctionStmt' in node) return NOTHING;
  const { relations, functions, types } = namedIn(statement);
  const found = existing.size === 0 || relations.size === 0 ? [] : await namedRelations(client, [...relations], existing);
  if (found.length === 0 && !['AlterDomainStmt', 'CallStmt', 'DropStmt'].some((kind) => kind in node)) return NOTHING;
  return {
    relations: found.length === 0 ? NOTHING.relations : await readRelationFacts(client, found, existing),
    functions: functions.size === 0 ? NOTHING.functions : await readFunctionFacts(client, [...functions], other),
    types: types.size === 0 ? NOTHING.types : await readTypeFacts(client, [...types], existing, other),
  };
}

/** The keys that mean a relation of before the deploy, or an index of one. */
async function namedRelations(
  client: pg.Client,
  keys: readonly string[],
  existing: { has(oid: string): boolean },
): Promise<string[]> {
  const { rows } = await client.query<{ key: string; oid: string }>(
    `select named.key, coalesce(x.indrelid, named.oid)::text as oid
     from (select key, to_regclass(key)::oid as oid from unnest($1::text[]) keys(key)) named
     left join pg_catalog.pg_index x on x.indexrelid = named.oid
     where named.oid is not null`,
    [keys],
  );
  return rows.filter(({ oid }) => existing.has(oid)).map(({ key }) => key);
}

/** @param names keys, or oids as text */
export async function readRelationFacts(
  client: pg.Client,
  names: readonly string[],
  existing: { has(oid: string): boolean },
): Promise<Map<string, RelationFacts>> {
  const { rows } = await client.query<{ key: string; facts: RelationFacts }>(RELATIONS, [names]);
  return new Map(rows.map(({ key, facts }) => [key, { ...facts, existing: existing.has(facts.oid) }]));
}

async function readFunctionFacts(
  client: pg.Client,
  names: readonly string[],
  other: ReadonlySet<string>,
): Promise<Map<string, FunctionFacts>> {
  type Row = { key: string; facts: Omit<FunctionFacts, 'existing'> & { oids: string[] } };
  const { rows } = await client.query<Row>(FUNCTIONS, [names]);
  return new Map(
    rows.map(({ key, facts: { oids, ...facts } }) => [key, { ...facts, existing: oids.some((oid) => other.has(oid)) }]),
  );
}

async function readTypeFacts(
  client: pg.Client,
  names: readonly string[],
  existing: { has(oid: string): boolean },
  other: ReadonlySet<string>,
): Promise<Map<string, TypeFacts>> {
  type Row = { key: string; facts: Omit<TypeFacts, 'usedBy' | 'existing'> & { users: { oid: string; name: string }[] } };
  const { rows } = await client.query<Row>(TYPES, [names]);
  return new Map(
    rows.map(({ key, facts: { users, ...facts } }) => [
      key,
      { ...facts, usedBy: users.filter(({ oid }) => existing.has(oid)).map(({ name }) => name), existing: other.has(facts.oid) },
    ]),
  );
}

const COLUMNS = `select coalesce(json_agg(json_build_object('name', a.attname, 'declared', a.atttypid::text,
    'type', coalesce(nullif(y.typbasetype, 0), y.oid)::text, 'modifier', a.atttypmod,
    'typeName', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull) order by a.attnum), '[]')
  from pg_catalog.pg_attribute a join pg_catalog.pg_type y on y.oid = a.atttypid
  where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped`;

const CONSTRAINTS = `select coalesce(json_agg(json_build_object('name', k.conname, 'type', k.contype, 'validated', k.convalidated,
    'definition', pg_get_constraintdef(k.oid), 'columns', coalesce((select json_agg(a.attname order by u.place)
      from unnest(k.conkey) with ordinality u(number, place)
      join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = u.number), '[]')) order by k.conname), '[]')
  from pg_catalog.pg_constraint k where k.conrelid = t.oid`;

const INDEXES = `select coalesce(json_agg(json_build_object('name', x.relname, 'unique', i.indisunique, 'valid', i.indisvalid,
    'method', m.amname, 'partial', i.indpred is not null,
    'definition', regexp_replace(pg_get_indexdef(i.indexrelid), '^.*? USING ', ''),
    'columns', (select json_agg(a.attname order by u.place) from unnest(i.indkey::int2[]) with ordinality u(number, place)
      left join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = u.number where u.place <= i.indnkeyatts))
    order by x.relname), '[]')
  from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid join pg_catalog.pg_am m on m.oid = x.relam
  where i.indrelid = t.oid`;

const EXTENSION = `select e.extname from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid
  where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = t.oid and d.deptype = 'e'`;

const RELATIONS = `
  select named.key, json_build_object('oid', t.oid::text, 'name', format('%I.%I', n.nspname, t.relname), 'kind', t.relkind,
    'index', case when c.oid <> t.oid then c.relname end,
    'child', exists (select from pg_catalog.pg_inherits h where h.inhrelid = t.oid),
    'hasDefaultPartition', exists (select from pg_catalog.pg_partitioned_table p where p.partrelid = t.oid and p.partdefid <> 0),
    'extension', (${EXTENSION}), 'columns', (${COLUMNS}), 'constraints', (${CONSTRAINTS}), 'indexes', (${INDEXES})) as facts
  from unnest($1::text[]) named(key)
  join pg_catalog.pg_class c on c.oid = case when named.key ~ '^[0-9]+$' then named.key::oid else to_regclass(named.key)::oid end
  left join pg_catalog.pg_index x on x.indexrelid = c.oid
  join pg_catalog.pg_class t on t.oid = coalesce(x.indrelid, c.oid)
  join pg_catalog.pg_namespace n on n.oid = t.relnamespace
  where t.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`;

/** By bare name where no schema is written, as far as it is on the search path. */
const FUNCTIONS = `
  select named.key, json_build_object('volatility', max(p.provolatile::text), 'source', string_agg(p.prosrc, ' '),
    'oids', json_agg(p.oid::text)) as facts
  from unnest($1::text[]) named(key)
  cross join lateral parse_ident(named.key) parts
  join pg_catalog.pg_proc p on p.proname = parts[array_upper(parts, 1)]
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    and case when array_length(parts, 1) > 1 then n.nspname = parts[1] else n.nspname = any(current_schemas(true)) end
  group by named.key`;

const TYPES = `
  select named.key, json_build_object('oid', t.oid::text, 'kind', t.typtype, 'baseType', b.oid::text, 'modifier', t.typtypmod, 'array', t.typarray::text,
    'constrained', t.typtype = 'd' and (t.typnotnull or exists (select from pg_catalog.pg_constraint k where k.contypid = t.oid)),
    'sameBytesAs', (select coalesce(json_agg(k.castsource::text), '[]') from pg_catalog.pg_cast k
      where k.casttarget = b.oid and k.castmethod = 'b'),
    'users', (select coalesce(json_agg(json_build_object('oid', c.oid::text, 'name', format('%I.%I', n.nspname, c.relname))), '[]')
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where t.typtype = 'd' and c.relkind in ('r', 'p', 'm')
        and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.atttypid = t.oid and not a.attisdropped))
    ) as facts
  from unnest($1::text[]) named(key)
  join pg_catalog.pg_type t on t.oid = to_regtype(named.key)
  join pg_catalog.pg_type b on b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)`;
