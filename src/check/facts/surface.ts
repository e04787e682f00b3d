import type pg from 'pg';

/** What kind of thing a running application uses. */
export type Use =
  | 'schema'
  | 'table'
  | 'view'
  | 'sequence'
  | 'column'
  | 'function'
  | 'result'
  | 'type'
  | 'label'
  | 'right'
  | 'command'
  | 'identity';

/** One thing that a running application may use, and that is there or not, whatever lock made it so. */
export interface Used {
  readonly use: Use;
  /** As SQL writes it: `public.orders`, `public.f(integer)`; of a column or label its own name. */
  readonly name: string;
  /** What it belongs to: the table of a column, the type of a label, the object of a right; otherwise empty. */
  readonly of: string;
  /** Stays through renames: the oid, for a part with its number. */
  readonly id: string;
  /** The relation that it is or belongs to, by oid; empty for everything else. */
  readonly relation: string;
  /**
   * Of a relation pg_class.relkind, of a function the types of its arguments and how many have a default (`20,25/1`), of a right
   * `role privilege`, of a result the type; of a column the relkind of its table and what an INSERT has to do with it
   * ({@link Inserts}): `r default`.
   */
  readonly detail: string;
}

/**
 * How an INSERT meets a column: it may leave it out (`free`), may leave it out because a default meets NOT NULL (`default`), has to give
 * it (`required`), or must not (`always`).
 */
export type Inserts = 'free' | 'default' | 'required' | 'always';

export function insertsOf({ detail }: Pick<Used, 'detail'>): Inserts {
  return (detail.split(' ')[1] ?? 'free') as Inserts;
}

/** All that applications may use in a database, by what they call it. */
export type Surface = ReadonlyMap<string, Used>;

/** Reads what applications may use; system schemas, temporary and extensions' objects are left out. Takes no lock that outlives the query. */
export async function readSurface(client: pg.Client): Promise<Surface> {
  const { rows } = await client.query<Used>(SURFACE);
  return new Map(rows.map((used) => [keyOf(used), used]));
}

/** What an application calls it. */
export function keyOf({ use, of, name, detail }: Used): string {
  return `${use} ${of} ${name} ${use === 'result' ? detail : ''}`;
}

const USERS = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

const notExtensions = (catalog: string, oid: string) =>
  `not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass and d.objid = ${oid}
    and d.deptype = 'e')`;

/** Superusers may do everything whatever is granted. */
const rights = (use: string, acl: string, object: string, relation: string, from: string) => `
  select 'right', a.privilege_type || ' for ' || coalesce(r.rolname, 'everybody'), ${object}, o.oid::text || ' ' || a.grantee || ' ' || a.privilege_type,
    ${relation}, coalesce(r.rolname, '') || ' ' || a.privilege_type || ' ${use}'
  from ${from} cross join lateral pg_catalog.aclexplode(${acl}) a
  left join pg_catalog.pg_roles r on r.oid = a.grantee
  where (r.oid is not null and not r.rolsuper or a.grantee = 0) and ${USERS}`;

const SURFACE = `
  select 'schema' as use, pg_catalog.quote_ident(n.nspname) as name, '' as of, n.oid::text as id, '' as relation, '' as detail
  from pg_catalog.pg_namespace n where ${USERS}
  union all
  select case o.relkind when 'v' then 'view' when 'm' then 'view' when 'S' then 'sequence' else 'table' end,
    pg_catalog.format('%I.%I', n.nspname, o.relname), '', o.oid::text, o.oid::text, o.relkind::text
  from pg_catalog.pg_class o join pg_catalog.pg_namespace n on n.oid = o.relnamespace
  where o.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${USERS} and ${notExtensions('pg_class', 'o.oid')}
    and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = o.oid
      and d.deptype in ('i', 'a') and o.relkind = 'S')
  union all
  select 'column', pg_catalog.quote_ident(a.attname), pg_catalog.format('%I.%I', n.nspname, o.relname), o.oid || '.' || a.attnum,
    o.oid::text, o.relkind::text || ' ' || case when a.attidentity = 'a' or a.attgenerated <> '' then 'always'
      when not a.attnotnull then 'free' when a.atthasdef or a.attidentity <> '' then 'default' else 'required' end
  from pg_catalog.pg_attribute a join pg_catalog.pg_class o on o.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = o.relnamespace
  where o.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped and ${USERS}
  union all
  select use, pg_catalog.format('%I.%I(%s)', n.nspname, o.proname, pg_catalog.pg_get_function_identity_arguments(o.oid)), '', o.oid::text, '',
    case use when 'result' then coalesce(pg_catalog.pg_get_function_result(o.oid), '') else pg_catalog.array_to_string(o.proargtypes::oid[], ',') || '/' || o.pronargdefaults end
  from pg_catalog.pg_proc o join pg_catalog.pg_namespace n on n.oid = o.pronamespace cross join (values ('function'), ('result')) uses(use)
  where ${USERS} and o.prorettype not in ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
    and ${notExtensions('pg_proc', 'o.oid')}
  union all
  select 'type', pg_catalog.format('%I.%I', n.nspname, o.typname), '', o.oid::text, '', o.typtype::text
  from pg_catalog.pg_type o join pg_catalog.pg_namespace n on n.oid = o.typnamespace
  where ${USERS} and o.typelem = 0 and (o.typtype in ('d', 'e', 'r', 'b')
    or exists (select from pg_catalog.pg_class c where c.oid = o.typrelid and c.relkind = 'c')) and ${notExtensions('pg_type', 'o.oid')}
  union all
  select 'label', pg_catalog.quote_literal(e.enumlabel), pg_catalog.format('%I.%I', n.nspname, o.typname), e.oid::text, '', ''
  from pg_catalog.pg_enum e join pg_catalog.pg_type o on o.oid = e.enumtypid join pg_catalog.pg_namespace n on n.oid = o.typnamespace
  where ${USERS}
  union all
  select 'command', commands.name, pg_catalog.format('%I.%I', n.nspname, o.relname), o.oid || ' ' || commands.code, o.oid::text, ''
  from pg_catalog.pg_class o join pg_catalog.pg_namespace n on n.oid = o.relnamespace
  cross join (values ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd')) commands(name, code)
  where o.relkind in ('r', 'p') and ${USERS} and (not o.relrowsecurity or exists (select from pg_catalog.pg_policy p
    where p.polrelid = o.oid and p.polpermissive and p.polcmd::text in ('*', commands.code)))
  union all
  select 'identity', commands.name, pg_catalog.format('%I.%I', n.nspname, o.relname), o.oid || ' ' || commands.name, o.oid::text, ''
  from pg_catalog.pg_class o join pg_catalog.pg_namespace n on n.oid = o.relnamespace
  cross join (values ('UPDATE'), ('DELETE')) commands(name)
  where o.relkind = 'r' and ${USERS} and o.relpersistence = 'p' and (o.relreplident = 'f'
    or o.relreplident = 'd' and exists (select from pg_catalog.pg_index x where x.indrelid = o.oid and x.indisprimary)
    or o.relreplident = 'i' and exists (select from pg_catalog.pg_index x where x.indrelid = o.oid and x.indisreplident)
    or not exists (select from pg_catalog.pg_publication_tables t join pg_catalog.pg_publication p on p.pubname = t.pubname
      where t.schemaname = n.nspname and t.tablename = o.relname and case commands.name when 'UPDATE' then p.pubupdate else p.pubdelete end)
    and not exists (select from pg_catalog.pg_inherits h
      join pg_catalog.pg_class parent on parent.oid = h.inhparent join pg_catalog.pg_namespace pn on pn.oid = parent.relnamespace
      join pg_catalog.pg_publication_tables t on t.schemaname = pn.nspname and t.tablename = parent.relname
      join pg_catalog.pg_publication p on p.pubname = t.pubname
      where h.inhrelid = o.oid and parent.relkind = 'p' and case commands.name when 'UPDATE' then p.pubupdate else p.pubdelete end))
  union all
  ${rights('relation', `coalesce(o.relacl, pg_catalog.acldefault(case o.relkind when 'S' then 's'::"char" else 'r'::"char" end, o.relowner))`, `pg_catalog.format('%I.%I', n.nspname, o.relname)`, 'o.oid::text', 'pg_catalog.pg_class o join pg_catalog.pg_namespace n on n.oid = o.relnamespace')}
    and o.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'USAGE')
  union all
  ${rights('function', `coalesce(o.proacl, pg_catalog.acldefault('f', o.proowner))`, `pg_catalog.format('%I.%I(%s)', n.nspname, o.proname, pg_catalog.pg_get_function_identity_arguments(o.oid))`, `''`, 'pg_catalog.pg_proc o join pg_catalog.pg_namespace n on n.oid = o.pronamespace')}
    and o.prorettype not in ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
  union all
  ${rights('schema', `coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))`, 'pg_catalog.quote_ident(n.nspname)', `''`, 'pg_catalog.pg_namespace n cross join lateral (select n.oid) o(oid)')}
    and a.privilege_type = 'USAGE'
  union all
  select 'right', a.privilege_type || ' (' || pg_catalog.quote_ident(t.attname) || ') for ' || coalesce(r.rolname, 'everybody'),
    pg_catalog.format('%I.%I', n.nspname, o.relname), o.oid || '.' || t.attnum || ' ' || a.grantee || ' ' || a.privilege_type, o.oid::text,
    coalesce(r.rolname, '') || ' ' || a.privilege_type || ' column'
  from pg_catalog.pg_attribute t join pg_catalog.pg_class o on o.oid = t.attrelid join pg_catalog.pg_namespace n on n.oid = o.relnamespace
  cross join lateral pg_catalog.aclexplode(t.attacl) a left join pg_catalog.pg_roles r on r.oid = a.grantee
  where t.attacl is not null and t.attnum > 0 and not t.attisdropped and (r.oid is not null and not r.rolsuper or a.grantee = 0) and ${USERS}`;
