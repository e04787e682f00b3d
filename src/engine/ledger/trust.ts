import type pg from 'pg';
import { EngineError } from '../error.js';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget } from '../target.js';
import { fenceBody, FENCED_TABLES } from './tables/fence.js';

/** Tables of the ledger; what else lies in its schema is never used. */
const TABLES = ['ledger', 'applied_migrations', 'lease', 'intents', 'backfills', 'deploys', 'events'];

/** Something about the ledger that Pawl did not make, or that somebody else owns. */
interface Planted {
  readonly what: string;
  readonly owner: string;
}

/**
 * Refuses a ledger that could run code of somebody else with our rights: whoever may create schemas could have made it first, with a trigger
 * in it. Its schema, tables, sequences and trigger functions belong to the user itself, to the owner of the database, to a superuser, or to
 * the configured `ledger.owner`. A member of the user's is not enough: up to PostgreSQL 15 a role can grant itself to others.
 * @throws EngineError `LEDGER_UNTRUSTED`
 */
export async function refuseUntrusted(
  client: pg.Client,
  { ledger, ledgerOwner }: Pick<EngineTarget, 'ledger' | 'ledgerOwner'>,
): Promise<void> {
  const { rows } = await client.query<Planted>(OWNERS, [ledger, TABLES, ledgerOwner ?? null]);
  refuse(ledger, rows);
}

/**
 * Refuses a ledger whose reading could run code of somebody else, or not show all rows: only plain tables are read, without row security.
 * A reader cannot know who deploys, so that the owner is not asked for.
 * @throws EngineError `LEDGER_UNTRUSTED`
 */
export async function refuseUnreadable(client: pg.Client, ledger: string): Promise<void> {
  const { rows } = await client.query<Planted>(SHAPES, [ledger, TABLES]);
  refuse(ledger, rows);
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

/** Every name and operator is qualified, and every parameter has its type: this runs before anything may be trusted. */
const OWNERS = `
  with trusted as (
    select r.oid from pg_catalog.pg_roles r
    where r.rolsuper or r.rolname operator(pg_catalog.=) current_user or r.rolname operator(pg_catalog.=) session_user
      or r.rolname operator(pg_catalog.=) $3::pg_catalog.name
      or r.oid operator(pg_catalog.=) (select d.datdba from pg_catalog.pg_database d where d.datname operator(pg_catalog.=) pg_catalog.current_database())),
  schema as (
    select n.oid, n.nspname, n.nspowner from pg_catalog.pg_namespace n where n.nspname operator(pg_catalog.=) $1::pg_catalog.name),
  tables as (
    select c.oid, c.relname, c.relowner from pg_catalog.pg_class c join schema s on c.relnamespace operator(pg_catalog.=) s.oid
    where c.relname operator(pg_catalog.=) any ($2::pg_catalog.name[]) or c.relkind operator(pg_catalog.=) 'S'::pg_catalog."char"),
  things as (
    select 'schema'::pg_catalog.text as what, s.nspowner as owner from schema s
    union all
    select pg_catalog.format('table %s', t.relname), t.relowner from tables t
    union all
    select pg_catalog.format('trigger %s of %s', g.tgname, t.relname), p.proowner
    from pg_catalog.pg_trigger g join tables t on g.tgrelid operator(pg_catalog.=) t.oid
    join pg_catalog.pg_proc p on p.oid operator(pg_catalog.=) g.tgfoid where not g.tgisinternal)
  select t.what, pg_catalog.pg_get_userbyid(t.owner)::pg_catalog.text as owner
  from things t left join trusted r on t.owner operator(pg_catalog.=) r.oid where r.oid is null order by t.what`;

const SHAPES = `
  select pg_catalog.format('%s is no plain table', c.relname) as what, pg_catalog.pg_get_userbyid(c.relowner)::pg_catalog.text as owner
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on c.relnamespace operator(pg_catalog.=) n.oid
  where n.nspname operator(pg_catalog.=) $1::pg_catalog.name and c.relname operator(pg_catalog.=) any ($2::pg_catalog.name[])
    and (c.relkind operator(pg_catalog.<>) 'r'::pg_catalog."char" or c.relhassubclass or pg_catalog.row_security_active(c.oid)
      or exists (select from pg_catalog.pg_attribute a
        where a.attrelid operator(pg_catalog.=) c.oid and a.attgenerated operator(pg_catalog.=) 'v'::pg_catalog."char"))
  order by 1`;

const FENCES = `
  select c.relname::pg_catalog.text as table, g.tgenabled::pg_catalog.text as state,
    p.prosrc operator(pg_catalog.=) $3::pg_catalog.text and p.pronamespace operator(pg_catalog.=) n.oid as ours
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on c.relnamespace operator(pg_catalog.=) n.oid
  left join pg_catalog.pg_trigger g on g.tgrelid operator(pg_catalog.=) c.oid and g.tgname operator(pg_catalog.=) 'fence'::pg_catalog.name
  left join pg_catalog.pg_proc p on p.oid operator(pg_catalog.=) g.tgfoid
  where n.nspname operator(pg_catalog.=) $1::pg_catalog.name
    and c.relname operator(pg_catalog.=) any ($2::pg_catalog.name[]) order by 1`;
