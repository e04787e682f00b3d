import type pg from 'pg';
import { EngineError } from '../error.js';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget } from '../target.js';
import { refuseUnreadable } from './trust.js';
import { UPGRADES } from './upgrades.js';

/** Raised when the tables change; an older Pawl refuses a newer ledger. */
export const LEDGER_VERSION = UPGRADES.at(-1)!.version;

/** What the ledger says of itself. */
export interface LedgerHeader {
  readonly target: string;
  readonly version: number;
  /** Made with the ledger; null in one of version 1. */
  readonly id: string | null;
  readonly environment: string | null;
}

/**
 * Whether there is a ledger here at all; readers treat none as empty, and know each version up to their own.
 * @throws EngineError `LEDGER_TOO_NEW`, `LEDGER_UNTRUSTED`
 */
export async function ledgerExists(client: pg.Client, ledger: string): Promise<boolean> {
  if (!(await ledgerIsThere(client, ledger))) return false;
  await readHeader(client, ledger);
  return true;
}

/**
 * The ledger's row about itself; undefined where there is no ledger, or one that came without its rows.
 * @throws EngineError `LEDGER_TOO_NEW`
 */
export async function findHeader(client: pg.Client, ledger: string): Promise<LedgerHeader | undefined> {
  return (await ledgerIsThere(client, ledger)) ? readHeader(client, ledger) : undefined;
}

async function readHeader(client: pg.Client, ledger: string): Promise<LedgerHeader | undefined> {
  return headerOf(ledger, (await client.query<HeaderRow>(headerQuery(ledger))).rows);
}

/** What {@link headerQuery} answers. */
export interface HeaderRow {
  readonly row: Omit<LedgerHeader, 'id' | 'environment'> & Partial<LedgerHeader>;
}

/** As JSON, since an older version lacks some of the columns. */
export const headerQuery = (ledger: string): string => `select pg_catalog.to_json(l) as row from ${identifier(ledger)}.ledger l`;

/** @throws EngineError `LEDGER_TOO_NEW` */
export function headerOf(ledger: string, rows: readonly HeaderRow[]): LedgerHeader | undefined {
  const row = rows[0]?.row;
  if (row && row.version > LEDGER_VERSION) throw tooNew(ledger, row.version);
  return row && { target: row.target, version: row.version, id: row.id ?? null, environment: row.environment ?? null };
}

/** Whether its tables are there, for whoever may not read them. @throws EngineError `LEDGER_UNTRUSTED` */
export function ledgerIsThere(client: pg.Client, ledger: string): Promise<boolean> {
  return refuseUnreadable(client, ledger);
}

/** What a ledger must be for. */
export type LedgerOwner = Pick<EngineTarget, 'name' | 'ledger' | 'ledgerOwner' | 'environment'>;

/** What keeps a target from using a ledger that is there: it is another target's, or another environment's. */
export function foreignLedger(header: LedgerHeader, target: LedgerOwner): EngineError | undefined {
  if (header.target !== target.name) return anotherTarget(header, target);
  if (header.environment !== null && header.environment !== target.environment)
    return anotherEnvironment(header.environment, target);
  return undefined;
}

/**
 * Refuses a ledger that is somebody else's; none at all is fine.
 * @throws EngineError `LEDGER_FOREIGN_TARGET`, `LEDGER_OTHER_ENVIRONMENT`, `LEDGER_TOO_NEW`
 */
export async function refuseForeign(client: pg.Client, target: LedgerOwner): Promise<LedgerHeader | undefined> {
  const header = await findHeader(client, target.ledger);
  assertOwn(header, target);
  return header;
}

/** The same about a header that was read. @throws EngineError `LEDGER_FOREIGN_TARGET`, `LEDGER_OTHER_ENVIRONMENT` */
export function assertOwn(header: LedgerHeader | undefined, target: LedgerOwner): void {
  const foreign = header && foreignLedger(header, target);
  if (foreign) throw foreign;
}

/** Whether the ledger is as this Pawl makes it, and in an environment where one is named. */
export function isCurrent({ version, environment }: LedgerHeader, target: LedgerOwner): boolean {
  return version === LEDGER_VERSION && (environment !== null || target.environment === undefined);
}

/** A copy of a database has the ledger of its original: a backup of production that was restored into staging says `production`. */
function anotherEnvironment(belongs: string, { name, ledger, environment }: LedgerOwner): EngineError {
  const here = environment === undefined ? 'no environment is named here' : `this is ${environment}`;
  return new EngineError(
    'LEDGER_OTHER_ENVIRONMENT',
    'refused',
    `the ledger in schema "${ledger}" belongs to the environment ${belongs}, and ${here}`,
    {
      next: `If the address or the environment is wrong, correct it. If the database is a copy that is meant to be used here: pawl ledger claim ${name} --from ${belongs} --reason "..."`,
    },
  );
}

function anotherTarget(header: LedgerHeader, target: LedgerOwner): EngineError {
  return new EngineError(
    'LEDGER_FOREIGN_TARGET',
    'refused',
    `the ledger in schema "${target.ledger}" belongs to target "${header.target}", not to "${target.name}"`,
    {
      next: `Give this target a ledger of its own (\`ledger: { schema: ... }\`), or use the name "${header.target}".`,
    },
  );
}

function tooNew(ledger: string, version: number): EngineError {
  return new EngineError(
    'LEDGER_TOO_NEW',
    'refused',
    `the ledger in schema "${ledger}" has version ${version}; this Pawl knows versions up to ${LEDGER_VERSION}`,
    { next: 'Use the newer Pawl that wrote it, or one that is newer still.' },
  );
}
