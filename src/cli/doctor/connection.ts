import { describeHost } from '../../engine/address.js';
import type { Session } from '../../engine/postgres/connect.js';
import { encryptionOf } from '../../engine/postgres/encryption.js';
import { hostOf } from '../../engine/postgres/login.js';
import { identifier } from '../../engine/postgres/quote.js';
import { check, type Check } from './check.js';

type Found = string | Omit<Check, 'subject'>;

/** What a newcomer has to know of the connection that a deploy would use: where it leads, as whom, how safe it is, what the server keeps back. */
export async function checkConnection(session: Session): Promise<Check[]> {
  const place = await readPlace(session);
  return [
    await check('database', () => Promise.resolve(whereTo(session, place))),
    await check('user', () => Promise.resolve(place.user === place.role ? place.user : `${place.user}, acting as ${place.role}`)),
    await check('new objects', () => Promise.resolve(newObjects(place))),
    await check('encryption', () => Promise.resolve(encryption(session))),
    await check('connections', () => Promise.resolve(connections(place))),
    await check('server tells', () => Promise.resolve(untold(session))),
  ];
}

interface Place {
  readonly database: string;
  readonly user: string;
  readonly role: string;
  readonly schema: string | null;
  readonly path: string;
  readonly mayCreate: boolean | null;
  readonly roleLimit: number;
  readonly databaseLimit: number;
}

/** The session is closed to the schemas of the users; the files run with the path of the role, the database or the address. */
async function readPlace({ client }: Session): Promise<Place> {
  await client.query('begin read only; set local search_path to default');
  const { rows } = await client.query<Place>(
    `select pg_catalog.current_database()::pg_catalog.text as database, session_user::pg_catalog.text as "user",
            current_user::pg_catalog.text as role, pg_catalog.current_schema()::pg_catalog.text as schema,
            pg_catalog.current_setting('search_path') as path,
            pg_catalog.has_schema_privilege(pg_catalog.current_schema(), 'CREATE') as "mayCreate",
            coalesce((select rolconnlimit from pg_catalog.pg_roles where rolname operator(pg_catalog.=) session_user), -1) as "roleLimit",
            (select datconnlimit from pg_catalog.pg_database where datname operator(pg_catalog.=) pg_catalog.current_database()) as "databaseLimit"`,
  );
  await client.query('commit');
  return rows[0]!;
}

function whereTo({ client, server, route }: Session, { database }: Place): string {
  const host = hostOf(client);
  const reached = route === 'direct' ? 'reached directly' : 'reached through a pooler in session mode';
  return `${database} on ${host === undefined ? '?' : describeHost(host)}: PostgreSQL ${Math.floor(server.version / 10_000)}, a primary, ${reached}`;
}

function newObjects({ schema, path, mayCreate, role }: Place): Found {
  if (schema !== null && mayCreate === false)
    return {
      state: 'warning',
      found: `go to schema ${schema} (search_path ${path}), in which ${role} may not create any`,
      cure: `As its owner: GRANT CREATE ON SCHEMA ${identifier(schema)} TO ${identifier(role)}; a file that names another schema or changes its role does not need it.`,
    };
  if (schema !== null) return `go to schema ${schema} (search_path ${path})`;
  return {
    state: 'warning',
    found: `no schema of the search path (${path}) exists and may be used: a file that names no schema fails`,
    cure: 'Create the schema, or correct search_path (schema, currentSchema) in the connection string.',
  };
}

function encryption({ client }: Session): Found {
  const found = encryptionOf(client);
  const host = hostOf(client)?.name ?? '';
  if (found === undefined) {
    const local = host.startsWith('/') || ['localhost', '127.0.0.1', '::1'].includes(host);
    if (local) return 'none; the server is on this machine';
    return {
      state: 'warning',
      found: 'none: whoever is between this machine and the server reads along',
      cure: 'Switch TLS on in the server, and say sslmode=verify-full with sslrootcert in the connection string.',
    };
  }
  const negotiated = `${found.protocol}, ${found.cipher}`;
  if (found.verified) return `${negotiated}; the certificate of the server is verified`;
  return {
    state: 'warning',
    found: `${negotiated}; the certificate of the server is not verified`,
    cure: 'Say sslmode=verify-full with sslrootcert=<file> (or system) in the connection string.',
  };
}

/** A deploy works on one connection and watches from another. */
function connections({ roleLimit, databaseLimit }: Place): Found {
  const limits = [roleLimit, databaseLimit].filter((limit) => limit >= 0);
  const least = Math.min(...limits);
  if (limits.length === 0) return 'a deploy needs two; no limit of the role or the database';
  if (least >= 2) return `a deploy needs two; the role or the database allows ${least}`;
  return {
    state: 'failing',
    found: `a deploy needs two; the role or the database allows ${least}`,
    cure: 'ALTER ROLE ... CONNECTION LIMIT 2; (or ALTER DATABASE).',
  };
}

function untold({ server }: Session): Found {
  if (server.untold.length === 0) return 'everything that Pawl asks';
  return {
    state: 'warning',
    found: `all but ${server.untold.join(' and ')}: a failover or another server behind the name is not noticed in the middle of a deploy`,
    cure: 'Nothing has to be done: the ledger of the server that answers decides. See docs/managed-servers.md.',
  };
}
