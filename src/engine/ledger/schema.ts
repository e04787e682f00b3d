import type pg from 'pg';
import { EngineError } from '../error.js';
import { identifier, literal } from '../postgres/quote.js';
import { FENCED_STATE } from '../postgres/sqlstate.js';
import { LOCK_CLASS, lockKey } from './lock-key.js';

/** Raised when the tables change; an older Pawl refuses a newer ledger. */
export const LEDGER_VERSION = 1;

/**
 * Creates the ledger, or brings it up to date. Call it under the lock only: CREATE ... IF NOT EXISTS races with itself
 * (8 at once: 2 to 7 fail on pg_namespace_nspname_index).
 * @throws EngineError `CONNECT_PERMISSION`, `LEDGER_FOREIGN_TARGET`, `LEDGER_TOO_NEW`
 */
export async function createLedger(client: pg.Client, ledger: string, target: string): Promise<void> {
  const known = await readHeader(client, ledger);
  if (known === undefined) {
    try {
      const header = `insert into ${identifier(ledger)}.ledger (target, version) values (${literal(target)}, ${LEDGER_VERSION})`;
      await client.query(`begin; ${await schemaStatement(client, ledger)} ${ledgerStatements(ledger)}; ${header}; commit`);
    } catch (error) {
      await client.query('rollback');
      throw permissionError(error, ledger);
    }
    return;
  }
  if (known.target !== target) {
    throw new EngineError(
      'LEDGER_FOREIGN_TARGET',
      'refused',
      `the ledger in schema "${ledger}" belongs to target "${known.target}", not to "${target}"`,
      {
        next: `Give this target a ledger of its own (\`ledger: { schema: ... }\`), or use the name "${known.target}".`,
      },
    );
  }
  if (known.version > LEDGER_VERSION) {
    throw new EngineError(
      'LEDGER_TOO_NEW',
      'refused',
      `the ledger has version ${known.version}; this Pawl knows versions up to ${LEDGER_VERSION}`,
      {
        next: 'Deploy with the newer Pawl that wrote it.',
      },
    );
  }
}

/** Whether there is a ledger here at all; readers treat none as empty. */
export async function ledgerExists(client: pg.Client, ledger: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `select exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relname = 'ledger' and c.relkind = 'r') as found`,
    [ledger],
  );
  return rows[0]!.found;
}

async function readHeader(client: pg.Client, ledger: string): Promise<{ target: string; version: number } | undefined> {
  if (!(await ledgerExists(client, ledger))) return undefined;
  const { rows } = await client.query<{ target: string; version: number }>(
    `select target, version from ${identifier(ledger)}.ledger`,
  );
  return rows[0];
}

/** CREATE SCHEMA IF NOT EXISTS asks for CREATE on the database even where the schema is there already. */
async function schemaStatement(client: pg.Client, ledger: string): Promise<string> {
  const { rowCount } = await client.query('select from pg_catalog.pg_namespace where nspname = $1', [ledger]);
  return rowCount === 0 ? `create schema ${identifier(ledger)};` : '';
}

function permissionError(error: unknown, ledger: string): unknown {
  if ((error as { code?: string }).code !== '42501') return error;
  return new EngineError(
    'CONNECT_PERMISSION',
    'refused',
    `the user may not create the ledger in schema "${ledger}": ${(error as Error).message}`,
    {
      next: `As an owner of the database run: CREATE SCHEMA ${identifier(ledger)} AUTHORIZATION <user of the connection string>;`,
      sqlstate: '42501',
      cause: error,
    },
  );
}

/**
 * The tables of the ledger. The constraint trigger is the last word of every transaction that claims an effect: at COMMIT, or with the row
 * where constraints are immediate, it locks the lease row against change and refuses a stale epoch or a session that has lost the lock.
 */
function ledgerStatements(ledger: string): string {
  const s = identifier(ledger);
  const key = `${LOCK_CLASS}, ${lockKey(ledger)}`;
  const fenced = [
    ['applied_migrations', 'insert'],
    ['intents', 'insert or update'],
  ].map(
    ([table, events]) => `
  create constraint trigger fence after ${events} on ${s}.${table}
    deferrable initially deferred for each row when (new.epoch is not null) execute function ${s}.fence()`,
  );
  return `
  create table ${s}.ledger (
    one boolean primary key default true check (one),
    target text not null,
    version int not null,
    created_at timestamptz not null default now());
  create table ${s}.applied_migrations (
    version text collate "C" primary key,
    name text not null,
    checksum text,
    checksum_algorithm text,
    statements_checksum text,
    source text not null check (source in ('applied', 'adopted', 'skipped')),
    stage text not null,
    deploy_id text,
    epoch bigint,
    duration_ms int,
    late boolean not null default false,
    note text,
    position bigint generated always as identity,
    applied_at timestamptz not null default clock_timestamp());
  comment on table ${s}.applied_migrations is 'What is applied here. Written by Pawl in the transaction of the migration itself; change it with pawl ledger only.';
  create table ${s}.lease (
    one boolean primary key default true check (one),
    epoch bigint not null,
    deploy_id text,
    owner text,
    release text,
    system_identifier text,
    timeline int,
    acquired_at timestamptz,
    released_at timestamptz);
  insert into ${s}.lease (epoch) values (0);
  create table ${s}.intents (
    version text collate "C" not null,
    statement int not null,
    hash text not null,
    state text not null check (state in ('running', 'done')),
    detail jsonb not null default '{}',
    deploy_id text not null,
    epoch bigint not null,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    primary key (version, statement));
  create table ${s}.deploys (
    deploy_id text primary key,
    release text not null,
    label text not null,
    started_by text not null,
    outcome text,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz);
  create table ${s}.events (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    deploy_id text,
    kind text not null,
    version text,
    by text,
    reason text,
    detail jsonb not null default '{}');
  create function ${s}.fence() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $fence$
  declare
    held ${s}.lease;
  begin
    select * into held from ${s}.lease for share;
    if held.epoch is distinct from new.epoch or held.deploy_id is distinct from new.deploy_id or held.released_at is not null then
      raise exception using errcode = '${FENCED_STATE}',
        message = format('fenced: epoch %s of deploy %s is no longer current (now epoch %s)', new.epoch, new.deploy_id, held.epoch);
    end if;
    -- Held a second time until the end of the transaction, so that giving up the session's own hold and taking it again never frees it:
    -- whether there was one to give up is the answer, at a tenth of what a look into pg_locks costs.
    if not (pg_try_advisory_xact_lock(${key}) and pg_advisory_unlock(${key}) and pg_try_advisory_lock(${key})) then
      raise exception using errcode = '${FENCED_STATE}', message = 'fenced: this session no longer holds the lock of the target';
    end if;
    return null;
  end $fence$;
  ${fenced.join(';')}`;
}
