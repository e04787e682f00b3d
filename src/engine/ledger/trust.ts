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

/** What the catalog says of the ledger; one for each of its tables, and one without a table where there is only the schema. */
interface Sight {
  readonly schemaOwner: string;
  readonly table: string | null;
  readonly owner: string;
  /** Neither a view nor anything else that runs code when it is read, and all its rows are to be seen. */
  readonly plain: boolean;
  readonly triggers: readonly { readonly name: string; readonly owner: string }[];
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
  const sights = await lookAt(client, ledger);
  const strange = sights
    .flatMap(thingsOf)
    .filter(({ owner }) => ![sights[0]!.user, sights[0]!.login, ledgerOwner].includes(owner));
  const trusted = strange.length === 0 ? [] : await trustedAmong(client, strange);
  refuse(
    ledger,
    strange.filter(({ owner }) => !trusted.includes(owner)),
  );
  return isThere(ledger, sights);
}

/**
 * Refuses a ledger whose reading could run code of somebody else, or not show all rows: only plain tables are read, without row security.
 * A reader cannot know who deploys, so that the owner is not asked for.
 * @returns whether there is a ledger
 * @throws EngineError `LEDGER_UNTRUSTED`
 */
export async function refuseUnreadable(client: pg.Client, ledger: string): Promise<boolean> {
  return isThere(ledger, await lookAt(client, ledger));
}

function isThere(ledger: string, sights: readonly Sight[]): boolean {
  const odd = sights.filter(({ table, plain }) => table !== null && !plain);
  refuse(
    ledger,
    odd.map(({ table, owner }) => ({ what: `${table!} is no plain table`, owner })),
  );
  return sights.some(({ table }) => table === 'ledger');
}

/** What belongs to somebody. The sequence of an identity column has always the owner of its table. */
function thingsOf({ schemaOwner, table, owner, triggers }: Sight, at: number): Planted[] {
  const schema = at === 0 ? [{ what: 'schema', owner: schemaOwner }] : [];
  if (table === null) return schema;
  const functions = triggers.map((trigger) => ({ what: `trigger ${trigger.name} of ${table}`, owner: trigger.owner }));
  return [...schema, { what: `table ${table}`, owner }, ...functions];
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
    next: 'Nothing was run. Where another role is meant to own the ledger, name it: `ledger: { owner: ... }`. Otherwise find out who made it, and remove it.',
  });
}

/**
 * Every name and operator is qualified, and every value has its type: this runs before anything may be trusted. Names are compared here, and
 * pg_roles is not asked: each session begins with this.
 */
const sightOf = (ledger: string): string => `
  select pg_catalog.pg_get_userbyid(n.nspowner)::pg_catalog.text as "schemaOwner",
    c.relname::pg_catalog.text as table, pg_catalog.pg_get_userbyid(c.relowner)::pg_catalog.text as owner,
    c.relkind operator(pg_catalog.=) 'r'::pg_catalog."char" and not c.relhassubclass and not pg_catalog.row_security_active(c.oid)
      and not exists (select from pg_catalog.pg_attribute a
        where a.attrelid operator(pg_catalog.=) c.oid and a.attgenerated operator(pg_catalog.=) 'v'::pg_catalog."char") as plain,
    array(select pg_catalog.json_build_object('name'::pg_catalog.text, g.tgname,
        'owner'::pg_catalog.text, pg_catalog.pg_get_userbyid(p.proowner))
      from pg_catalog.pg_trigger g join pg_catalog.pg_proc p on p.oid operator(pg_catalog.=) g.tgfoid
      where g.tgrelid operator(pg_catalog.=) c.oid and not g.tgisinternal) as triggers,
    current_user::pg_catalog.text as user, session_user::pg_catalog.text as login
  from pg_catalog.pg_namespace n left join pg_catalog.pg_class c
    on c.relnamespace operator(pg_catalog.=) n.oid and c.relname operator(pg_catalog.=) any (array[${NAMES}]::pg_catalog.name[])
  where n.nspname operator(pg_catalog.=) ${literal(ledger)}::pg_catalog.name order by c.relname`;

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
