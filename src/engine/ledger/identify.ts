import type pg from 'pg';
import { describeAddress } from '../address.js';
import type { DatabaseIdentity } from '../database-identity.js';
import { resolveUrl } from '../postgres/open.js';
import { STARTED, startedAt } from '../postgres/server.js';
import { isServerError } from '../postgres/sqlstate.js';
import type { EngineTarget } from '../target.js';
import type { Session } from '../postgres/connect.js';
import { findHeader, type LedgerHeader } from './header.js';

/** Reads what tells this database from another. A managed server may refuse to tell some of it, which ends a transaction: that comes last. */
export async function identifyDatabase(
  client: pg.Client,
  { url, ledger }: Pick<EngineTarget, 'url' | 'ledger'>,
): Promise<DatabaseIdentity> {
  const { rows } = await client.query<{ name: string; started: number }>(
    `select pg_catalog.current_database() as name, ${STARTED} as started`,
  );
  const header = await findHeader(client, ledger);
  const { name, started } = rows[0]!;
  return {
    label: describeAddress({ ...(await resolveUrl(url)), database: name }),
    name,
    started: startedAt(started),
    system: await systemIdentifier(client),
    ledger: header?.id ?? '',
  };
}

/** The same of a session, which has asked when it began. @param label how the database was reached */
export function identityOf({ server, database }: Session, label: string, header: LedgerHeader | undefined): DatabaseIdentity {
  const { started, systemIdentifier: system } = server;
  return { label, name: database, started, system, ledger: header?.id ?? '' };
}

async function systemIdentifier(client: pg.Client): Promise<string> {
  try {
    const { rows } = await client.query<{ system: string }>(
      'select system_identifier as system from pg_catalog.pg_control_system()',
    );
    return rows[0]!.system;
  } catch (error) {
    if (isServerError(error)) return '';
    throw error;
  }
}
