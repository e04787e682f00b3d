import type pg from 'pg';
import { EngineError } from '../error.js';
import { identifier, literal } from '../postgres/quote.js';
import { isServerError } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';
import { recordEvent } from './events.js';
import { isCurrent, LEDGER_VERSION, refuseForeign, type LedgerHeader, type LedgerOwner } from './header.js';
import { appliedMigrationsTable } from './tables/applied-migrations.js';
import { backfillsTable } from './tables/backfills.js';
import { deploysTable } from './tables/deploys.js';
import { eventsTable } from './tables/events.js';
import { fence } from './tables/fence.js';
import { intentsTable } from './tables/intents.js';
import { leaseTable } from './tables/lease.js';
import { ledgerTable } from './tables/ledger.js';
import { refuseUntrusted } from './trust.js';
import { UPGRADES } from './upgrades.js';

/** What a new ledger consists of. The fence comes last: it stands on the others. */
const TABLES = [ledgerTable, appliedMigrationsTable, leaseTable, intentsTable, backfillsTable, deploysTable, eventsTable, fence];

/**
 * Creates the ledger, or brings an older one up to date, in one transaction. Call it under the lock only: CREATE ... IF NOT EXISTS races
 * with itself (8 at once: 2 to 7 fail on pg_namespace_nspname_index).
 * @throws EngineError `CONNECT_PERMISSION`, `LEDGER_FOREIGN_TARGET`, `LEDGER_OTHER_ENVIRONMENT`, `LEDGER_TOO_NEW`, `LEDGER_UNTRUSTED`
 */
export async function createLedger(client: pg.Client, target: LedgerOwner): Promise<void> {
  await refuseUntrusted(client, target);
  const header = await refuseForeign(client, target);
  try {
    if (header === undefined) await create(client, target);
    else await bringUpToDate(client, target, header);
  } catch (error) {
    await client.query('rollback');
    throw permissionError(error, target.ledger, header?.version);
  }
}

async function create(client: pg.Client, { name, ledger, environment }: LedgerOwner): Promise<void> {
  const s = identifier(ledger);
  const statements = [
    ...TABLES.map((table) => table(s, ledger)),
    `insert into ${s}.ledger (target, version, environment) values (${literal(name)}, ${LEDGER_VERSION}, ${literal(environment)})`,
  ];
  await client.query(['begin', ...(await schemaStatement(client, ledger)), ...statements, 'commit'].join('; '));
}

/**
 * Brings the tables to the version of this Pawl, gives a ledger without an environment the one that is named here, and says both in the
 * audit.
 */
async function bringUpToDate(client: pg.Client, target: LedgerOwner, header: LedgerHeader): Promise<void> {
  const { ledger, environment } = target;
  if (isCurrent(header, target)) return;
  const from = header.version;
  const joins = header.environment === null && environment !== undefined;
  const s = identifier(ledger);
  await client.query('begin');
  if (from < LEDGER_VERSION) {
    const statements = UPGRADES.filter(({ version }) => version > from).flatMap((step) => step.statements(s));
    await client.query([...statements, `update ${s}.ledger set version = ${LEDGER_VERSION}`].join('; '));
    await recordEvent(client, { ledger }, { kind: 'ledger.upgraded', detail: { from, to: LEDGER_VERSION } });
  }
  if (joins) {
    await client.query(`update ${s}.ledger set environment = $1`, [environment]);
    await recordEvent(client, { ledger }, { kind: 'ledger.joined', detail: { environment } });
  }
  await client.query('commit');
}

/** CREATE SCHEMA IF NOT EXISTS asks for CREATE on the database even where the schema is there already. */
async function schemaStatement(client: pg.Client, ledger: string): Promise<string[]> {
  const { rowCount } = await client.query('select from pg_catalog.pg_namespace where nspname = $1', [ledger]);
  if (rowCount !== 0) return [];
  const schema = identifier(ledger);
  return [`create schema ${schema}`, `revoke all on schema ${schema} from public`];
}

/** @param version of the ledger that is there; undefined where it was to be created */
function permissionError(error: unknown, ledger: string, version: number | undefined): unknown {
  if (!isServerError(error) || error.code !== STATE.insufficientPrivilege) return error;
  const { message, code: sqlstate } = error;
  const options = { sqlstate, cause: error };
  if (version === undefined) {
    return new EngineError(
      'CONNECT_PERMISSION',
      'refused',
      `the user may not create the ledger in schema "${ledger}": ${message}`,
      {
        ...options,
        next: `As an owner of the database run: CREATE SCHEMA ${identifier(ledger)} AUTHORIZATION <user of the connection string>;`,
      },
    );
  }
  const what = `bring the ledger in schema "${ledger}" from version ${version} to ${LEDGER_VERSION}`;
  return new EngineError('CONNECT_PERMISSION', 'refused', `the user may not ${what}: ${message}`, {
    ...options,
    next: 'Deploy once as the role that owns the ledger (`\\dn+` in psql shows it), or have that role grant it: GRANT <owner> TO <user>.',
  });
}
