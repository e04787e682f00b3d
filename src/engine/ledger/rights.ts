import type pg from 'pg';
import { identifier, qualified } from '../postgres/quote.js';
import { ledgerIsThere } from './header.js';

/** Ways of using Pawl that need different rights in the database. */
export const PARTS = ['deployer', 'reader', 'dependent', 'approver'] as const;
export type Part = (typeof PARTS)[number];

/** One right of a role in the database. */
export interface Right {
  readonly on: 'database' | 'schema' | 'table';
  /** As SQL, quoted. */
  readonly object: string;
  readonly privilege: string;
}

/** What the rights depend on. */
export interface RightsPlace {
  readonly database: string;
  /** Where files that name no schema put their objects; null where there is none. */
  readonly schema: string | null;
  /** Schema of the ledger, and how much of it is there. */
  readonly ledger: string;
  readonly state: 'none' | 'schema' | 'tables';
}

/** What a deploy, a decision, a rollback and an amendment do with each table of a ledger that another role made. */
const DEPLOYER: Readonly<Record<string, readonly string[]>> = {
  ledger: ['SELECT'],
  applied_migrations: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  lease: ['SELECT', 'UPDATE'],
  intents: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  backfills: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  deploys: ['SELECT', 'INSERT', 'UPDATE'],
  events: ['SELECT', 'INSERT'],
};

const all = (tables: readonly string[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(tables.map((table) => [table, ['SELECT']]));

const TABLES: Readonly<Record<Part, Readonly<Record<string, readonly string[]>>>> = {
  deployer: DEPLOYER,
  reader: all(Object.keys(DEPLOYER)),
  dependent: all(['ledger', 'applied_migrations', 'lease']),
  // What it decides goes to Temporal; what it decides about it sees there, or as a reader.
  approver: {},
};

/** The rights that one part needs, and no more. What the files themselves touch, such as tables of other roles, comes on top. */
export function rightsOf(part: Part, { database, schema, ledger, state }: RightsPlace): Right[] {
  if (part === 'approver') return [];
  const onDatabase = (privilege: string): Right => ({ on: 'database', object: identifier(database), privilege });
  const onSchema = (name: string, privilege: string): Right => ({ on: 'schema', object: identifier(name), privilege });
  const own = part === 'deployer' && schema !== null ? [onSchema(schema, 'USAGE'), onSchema(schema, 'CREATE')] : [];
  const tables = Object.entries(TABLES[part]).flatMap(([table, privileges]) =>
    privileges.map((privilege): Right => ({ on: 'table', object: qualified(ledger, table), privilege })),
  );
  const used = [onSchema(ledger, 'USAGE'), ...tables];
  if (part !== 'deployer' || state === 'tables') return [onDatabase('CONNECT'), ...own, ...used];
  const make = state === 'none' ? [onDatabase('CREATE')] : [onSchema(ledger, 'USAGE'), onSchema(ledger, 'CREATE')];
  return [onDatabase('CONNECT'), ...own, ...make];
}

/** The statement that gives a right, without its end. */
export function grantOf({ on, object, privilege }: Right, role: string): string {
  return `GRANT ${privilege} ON ${on.toUpperCase()} ${object} TO ${identifier(role)}`;
}

/** What the rights in a database depend on; only reads. */
export async function readRightsPlace(client: pg.Client, ledger: string): Promise<RightsPlace> {
  const tables = await ledgerIsThere(client, ledger);
  // The reader's path is closed; where the files go is a question for the path of the role, the database or the address.
  await client.query('set local search_path to default');
  const { rows } = await client.query<{ database: string; schema: string | null; there: boolean }>(
    `select pg_catalog.current_database()::pg_catalog.text as database, pg_catalog.current_schema()::pg_catalog.text as schema,
            exists (select from pg_catalog.pg_namespace n where n.nspname operator(pg_catalog.=) $1::pg_catalog.name) as there`,
    [ledger],
  );
  await client.query('set local search_path = pg_catalog, pg_temp');
  const { database, schema, there } = rows[0]!;
  return { database, schema, ledger, state: tables ? 'tables' : there ? 'schema' : 'none' };
}

/** Those of the rights that a role does not have; undefined where there is no such role. Only reads. */
export async function missingRights(
  client: pg.Client,
  role: string,
  rights: readonly Right[],
): Promise<readonly Right[] | undefined> {
  const known = await client.query(
    'select from pg_catalog.pg_roles r where r.rolname operator(pg_catalog.=) $1::pg_catalog.name',
    [role],
  );
  if (known.rowCount === 0) return undefined;
  const missing: Right[] = [];
  for (const right of rights) {
    const { rows } = await client.query<{ has: boolean | null }>(HAS[right.on], [role, right.object, right.privilege]);
    if (rows[0]?.has !== true) missing.push(right);
  }
  return missing;
}

/** By its OID from the catalog: a table that is not there, or that the asking role may not see, is no error. */
const HAS: Readonly<Record<Right['on'], string>> = {
  database: `select pg_catalog.has_database_privilege($1::pg_catalog.name, d.oid, $3::pg_catalog.text) as has from pg_catalog.pg_database d
    where d.datname operator(pg_catalog.=) pg_catalog.current_database() and $2::pg_catalog.text is not null`,
  schema: `select pg_catalog.has_schema_privilege($1::pg_catalog.name, pg_catalog.to_regnamespace($2::pg_catalog.text)::pg_catalog.oid, $3::pg_catalog.text) as has`,
  table: `select pg_catalog.has_table_privilege($1::pg_catalog.name, c.oid, $3::pg_catalog.text) as has
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on c.relnamespace operator(pg_catalog.=) n.oid
    where array[n.nspname::pg_catalog.text, c.relname::pg_catalog.text] operator(pg_catalog.=) pg_catalog.parse_ident($2::pg_catalog.text)`,
};

/** The role that the session acts as. */
export async function currentRole(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ role: string }>('select current_user::pg_catalog.text as role');
  return rows[0]!.role;
}
