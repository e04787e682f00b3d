import type pg from 'pg';
import { EngineError } from '../error.js';
import { identifier, literal } from '../postgres/quote.js';
import type { EngineTarget } from '../target.js';
import { fenceBody, FENCED_TABLES } from './tables/fence.js';

/** Tables of the ledger; what else lies in its schema is never used. */
const NAMES = ['ledger', 'applied_migrations', 'lease', 'intents', 'backfills', 'deploys', 'events']
  .map((table) => literal(table))
  .join(', ');

/** Something about the ledger that Pawl did not make, or that somebody else owns. */
interface Planted {
  readonly what: string;
  readonly owner: string;
}

/** What a glance shows of the ledger; rows as of {@link Sight}. */
interface Glance extends Pick<Sight, 'schemaOwner' | 'table' | 'owner' | 'user' | 'login'> {
  /** Access privileges as PostgreSQL writes them; null where nothing was granted. */
  readonly schemaRights: string | null;
  readonly rights: string | null;
  readonly odd: boolean | null;
  /** Owners of the functions that its triggers, defaults, checks, policies and indexes call; null for an operator. */
  readonly code: readonly (string | null)[];
}

/** What the catalog says of the ledger; one for each of its tables, and one without a table where there is only the schema. */
interface Sight {
  readonly schemaOwner: string;
  readonly table: string | null;
  readonly owner: string;
  /** Neither a view nor anything else that runs code when it is read, and all its rows are to be seen. */
  readonly plain: boolean;
  /** Code of others that its rows run when they are written: functions of triggers, and what defaults, generated columns, checks, indexes, policies call. */
  readonly code: readonly { readonly what: string; readonly owner: string }[];
  /** What Pawl never makes, whoever has: it rewrites our statements, or lets everybody write. */
  readonly strange: readonly string[];
  /** As whom the session acts, and who has logged in. */
  readonly user: string;
  readonly login: string;
}

/**
 * Refuses a ledger that could run code of somebody else with our rights: whoever may create schemas could have made it first, with a trigger
 * in it. Its schema, tables and trigger functions belong to the user itself, to the owner of the database, to a superuser, or to
 * the configured `ledger.owner`. A member of the user's is not enough: up to PostgreSQL 15 a role can grant itself to others.
 * @returns whether there is a ledger
 * @throws EngineError `LEDGER_UNTRUSTED`
 */
export async function refuseUntrusted(
  client: pg.Client,
  { ledger, ledgerOwner }: Pick<EngineTarget, 'ledger' | 'ledgerOwner'>,
): Promise<boolean> {
  const glances = await glanceAt(client, ledger);
  const owners = new Set(
    glances.flatMap(({ schemaOwner, table, owner, code }) => [schemaOwner, ...(table === null ? [] : [owner, ...code])]),
  );
  const ours = [glances[0]?.user, glances[0]?.login, ledgerOwner];
  if (!glances.some(isOdd) && [...owners].every((owner) => ours.includes(owner ?? undefined))) return hasLedger(glances);
  const sights = await lookAt(client, ledger);
  const foreign = sights
    .flatMap(thingsOf)
    .filter(({ owner }) => ![sights[0]!.user, sights[0]!.login, ledgerOwner].includes(owner));
  const trusted = foreign.length === 0 ? [] : await trustedAmong(client, foreign);
  refuse(
    ledger,
    foreign.filter(({ owner }) => !trusted.includes(owner)),
  );
  return isThere(ledger, sights);
}

/**
 * Refuses a ledger whose reading could run code of somebody else, not show all rows, or show what everybody may have written: only plain tables
 * are read, without row security, rules and grants to PUBLIC.
 * A reader cannot know who deploys, so that the owner is not asked for.
 * @returns whether there is a ledger
 * @throws EngineError `LEDGER_UNTRUSTED`
 */
export async function refuseUnreadable(client: pg.Client, ledger: string): Promise<boolean> {
  const glances = await glanceAt(client, ledger);
  if (!glances.some(isOdd)) return hasLedger(glances);
  return isThere(ledger, await lookAt(client, ledger));
}

function isThere(ledger: string, sights: readonly Sight[]): boolean {
  refuse(
    ledger,
    sights.flatMap(({ table, owner, plain, strange }) =>
      [...(table !== null && !plain ? [`${table} is no plain table`] : []), ...strange].map((what) => ({ what, owner })),
    ),
  );
  return hasLedger(sights);
}

const hasLedger = (rows: readonly Pick<Sight, 'table'>[]): boolean => rows.some(({ table }) => table === 'ledger');

async function glanceAt(client: pg.Client, ledger: string): Promise<Glance[]> {
  return (await client.query<Glance>(glanceOf(ledger))).rows;
}

/** Whether there is something that Pawl does not make, as far as a glance shows; a closer look names it. */
function isOdd({ schemaRights, rights, odd, code }: Glance): boolean {
  return odd === true || code.includes(null) || isOpen(schemaRights, 'C') || isOpen(rights, 'awdDt');
}

/** Whether PUBLIC, which has no name, has one of the privileges. */
const isOpen = (rights: string | null, letters: string): boolean =>
  rights !== null && new RegExp(`[{,]"?=[^/]*[${letters}]`).test(rights);

/** What belongs to somebody. The sequence of an identity column has always the owner of its table. */
function thingsOf({ schemaOwner, table, owner, code }: Sight, at: number): Planted[] {
  const schema = at === 0 ? [{ what: 'schema', owner: schemaOwner }] : [];
  if (table === null) return schema;
  return [
    ...schema,
    { what: `table ${table}`, owner },
    ...code.map(({ what, owner }) => ({ what: `${what} of ${table}`, owner })),
  ];
}

async function lookAt(client: pg.Client, ledger: string): Promise<Sight[]> {
  return (await client.query<Sight>(sightOf(ledger))).rows;
}

/** Those of the owners that are superusers, or own the database. */
async function trustedAmong(client: pg.Client, things: readonly Planted[]): Promise<string[]> {
  const owners = things.map(({ owner }) => owner);
  return (await client.query<{ name: string }>(TRUSTED, [owners])).rows.map(({ name }) => name);
}

/** What keeps the fence of a ledger from working, in words; undefined where nothing does, or where there is no ledger. */
export async function brokenFence(client: pg.Client, ledger: string): Promise<string | undefined> {
  const { rows } = await client.query<Fence>(FENCES, [ledger, FENCED_TABLES, fenceBody(identifier(ledger), ledger)]);
  const broken = rows.flatMap(({ table, state, ours }) => {
    const trigger = `the trigger fence of ${ledger}.${table}`;
    if (state === null) return [`${trigger} is missing`];
    if (state !== 'O' && state !== 'A') return [`${trigger} is off`];
    return ours ? [] : [`the function of ${trigger} is not Pawl's own`];
  });
  return broken.length === 0 ? undefined : broken.join('; ');
}

interface Fence {
  readonly table: string;
  /** `tgenabled`; null where there is no trigger. */
  readonly state: string | null;
  readonly ours: boolean;
}

function refuse(ledger: string, planted: readonly Planted[]): void {
  if (planted.length === 0) return;
  const named = planted.map(({ what, owner }) => `${what} (owner ${owner})`).join(', ');
  throw new EngineError('LEDGER_UNTRUSTED', 'refused', `the ledger in schema "${ledger}" is not Pawl's own: ${named}`, {
    next: 'Nothing more was run. Where another role is meant to own the ledger, name it: `ledger: { owner: ... }`. Otherwise find out who made it, and remove it, or revoke what PUBLIC was granted.',
  });
}

const PUBLIC = `a.grantee operator(pg_catalog.=) 0::pg_catalog.oid`;
const WRITES = `a.privilege_type operator(pg_catalog.=) any (array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']::pg_catalog.text[])`;

const catalogue = (name: string): string => `'pg_catalog.${name}'::pg_catalog.regclass::pg_catalog.oid`;

/** Expressions of a table `c` that are evaluated when its rows are written. What belongs to PostgreSQL itself has no entry in pg_depend. */
const EXPRESSIONS = `
  select 'a default'::pg_catalog.text, ${catalogue('pg_attrdef')}, x.oid from pg_catalog.pg_attrdef x where x.adrelid operator(pg_catalog.=) c.oid
  union all
  select 'a constraint'::pg_catalog.text, ${catalogue('pg_constraint')}, x.oid from pg_catalog.pg_constraint x
    where x.conrelid operator(pg_catalog.=) c.oid
  union all
  select 'a policy'::pg_catalog.text, ${catalogue('pg_policy')}, x.oid from pg_catalog.pg_policy x where x.polrelid operator(pg_catalog.=) c.oid
  union all
  select 'an index'::pg_catalog.text, ${catalogue('pg_class')}, x.indexrelid from pg_catalog.pg_index x where x.indrelid operator(pg_catalog.=) c.oid`;

/** The tables of a ledger `c` in their schema `n`, and a row for the schema where it has none of them. */
const tablesOf = (ledger: string): string => `
  from pg_catalog.pg_namespace n left join pg_catalog.pg_class c
    on c.relnamespace operator(pg_catalog.=) n.oid and c.relname operator(pg_catalog.=) any (array[${NAMES}]::pg_catalog.name[])
  where n.nspname operator(pg_catalog.=) ${literal(ledger)}::pg_catalog.name order by c.relname`;

/**
 * Every name and operator is qualified, and every value has its type: this runs before anything may be trusted. Each session begins with it, so
 * that it asks as few catalogs as it can: names are compared here, and what calls a function is found by its dependencies, of which
 * PostgreSQL keeps none on what is its own.
 */
const glanceOf = (ledger: string): string => `
  select pg_catalog.pg_get_userbyid(n.nspowner)::pg_catalog.text as "schemaOwner", n.nspacl::pg_catalog.text as "schemaRights",
    c.relname::pg_catalog.text as table, pg_catalog.pg_get_userbyid(c.relowner)::pg_catalog.text as owner, c.relacl::pg_catalog.text as rights,
    c.relkind operator(pg_catalog.<>) 'r'::pg_catalog."char" or c.relhassubclass or c.relhasrules or pg_catalog.row_security_active(c.oid)
      or exists (select from pg_catalog.pg_attribute a where a.attrelid operator(pg_catalog.=) c.oid
        and (a.attgenerated operator(pg_catalog.=) 'v'::pg_catalog."char" or a.attacl is not null)) as odd,
    array(select distinct pg_catalog.pg_get_userbyid(p.proowner)::pg_catalog.text
      from pg_catalog.pg_depend o join pg_catalog.pg_depend d
        on d.classid operator(pg_catalog.=) o.classid and d.objid operator(pg_catalog.=) o.objid
        and d.refclassid operator(pg_catalog.=) any (array[${['pg_proc', 'pg_operator'].map(catalogue).join(', ')}])
      left join pg_catalog.pg_proc p on d.refclassid operator(pg_catalog.=) ${catalogue('pg_proc')} and p.oid operator(pg_catalog.=) d.refobjid
      where o.refclassid operator(pg_catalog.=) ${catalogue('pg_class')} and o.refobjid operator(pg_catalog.=) c.oid) as code,
    current_user::pg_catalog.text as user, session_user::pg_catalog.text as login${tablesOf(ledger)}`;

/** The same from close by, with the names of what is odd. */
const sightOf = (ledger: string): string => `
  select pg_catalog.pg_get_userbyid(n.nspowner)::pg_catalog.text as "schemaOwner",
    c.relname::pg_catalog.text as table, pg_catalog.pg_get_userbyid(c.relowner)::pg_catalog.text as owner,
    c.relkind operator(pg_catalog.=) 'r'::pg_catalog."char" and not c.relhassubclass and not pg_catalog.row_security_active(c.oid)
      and not exists (select from pg_catalog.pg_attribute a
        where a.attrelid operator(pg_catalog.=) c.oid and a.attgenerated operator(pg_catalog.=) 'v'::pg_catalog."char") as plain,
    array(select pg_catalog.json_build_object('what'::pg_catalog.text, k.what, 'owner'::pg_catalog.text, pg_catalog.pg_get_userbyid(k.owner))
      from (select pg_catalog.concat('trigger '::pg_catalog.text, g.tgname) as what, p.proowner as owner
          from pg_catalog.pg_trigger g join pg_catalog.pg_proc p on p.oid operator(pg_catalog.=) g.tgfoid
          where g.tgrelid operator(pg_catalog.=) c.oid and not g.tgisinternal
        union all
        select distinct pg_catalog.concat('function '::pg_catalog.text, p.proname, ' in '::pg_catalog.text, e.kind), p.proowner
          from (${EXPRESSIONS}) e (kind, class, object)
          join pg_catalog.pg_depend d on d.classid operator(pg_catalog.=) e.class and d.objid operator(pg_catalog.=) e.object
          left join pg_catalog.pg_operator o on d.refclassid operator(pg_catalog.=) 'pg_catalog.pg_operator'::pg_catalog.regclass
            and o.oid operator(pg_catalog.=) d.refobjid
          join pg_catalog.pg_proc p on p.oid operator(pg_catalog.=) o.oprcode::pg_catalog.oid
            or d.refclassid operator(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid operator(pg_catalog.=) d.refobjid) k) as code,
    array(select pg_catalog.concat('rule '::pg_catalog.text, r.rulename, ' of '::pg_catalog.text, c.relname) from pg_catalog.pg_rewrite r
        where r.ev_class operator(pg_catalog.=) c.oid and c.relkind operator(pg_catalog.=) 'r'::pg_catalog."char"
      union all
      select pg_catalog.concat('table '::pg_catalog.text, c.relname, ', which PUBLIC may write'::pg_catalog.text)
        where exists (select from pg_catalog.aclexplode(c.relacl) a where ${PUBLIC} and ${WRITES})
          or exists (select from pg_catalog.pg_attribute t, pg_catalog.aclexplode(t.attacl) a
            where t.attrelid operator(pg_catalog.=) c.oid and ${PUBLIC} and ${WRITES})
      union all
      select 'schema, in which PUBLIC may create'::pg_catalog.text
        where exists (select from pg_catalog.aclexplode(n.nspacl) a
            where ${PUBLIC} and a.privilege_type operator(pg_catalog.=) 'CREATE'::pg_catalog.text)
          and (c.relname is null or c.relname operator(pg_catalog.=) 'ledger'::pg_catalog.name)) as strange,
    current_user::pg_catalog.text as user, session_user::pg_catalog.text as login${tablesOf(ledger)}`;

const TRUSTED = `
  select r.rolname::pg_catalog.text as name from pg_catalog.pg_roles r
  where r.rolname operator(pg_catalog.=) any ($1::pg_catalog.name[]) and (r.rolsuper or r.oid operator(pg_catalog.=)
    (select d.datdba from pg_catalog.pg_database d where d.datname operator(pg_catalog.=) pg_catalog.current_database()))`;

const FENCES = `
  select c.relname::pg_catalog.text as table, g.tgenabled::pg_catalog.text as state,
    p.prosrc operator(pg_catalog.=) $3::pg_catalog.text and p.pronamespace operator(pg_catalog.=) n.oid as ours
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on c.relnamespace operator(pg_catalog.=) n.oid
  left join pg_catalog.pg_trigger g on g.tgrelid operator(pg_catalog.=) c.oid and g.tgname operator(pg_catalog.=) 'fence'::pg_catalog.name
  left join pg_catalog.pg_proc p on p.oid operator(pg_catalog.=) g.tgfoid
  where n.nspname operator(pg_catalog.=) $1::pg_catalog.name
    and c.relname operator(pg_catalog.=) any ($2::pg_catalog.name[]) order by 1`;
