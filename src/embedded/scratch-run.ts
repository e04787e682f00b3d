import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { dropDatabase } from './database.js';
import { dropRoles } from './scratch-roles.js';

const PREFIX = 'pawl_scratch_';

/** One process's use of a server for throwaway databases. Its open connection, which carries its name, says that it lives. */
export interface ScratchRun {
  /** A new name for a database of this run. */
  readonly nextName: () => string;
  /** Whether others use the server for throwaway databases now. */
  readonly alone: () => Promise<boolean>;
  /** Says that it is over. */
  readonly end: () => Promise<void>;
}

/** Starts a run, and drops what runs that were killed have left behind: their connections ended with them. */
export async function startRun(url: string): Promise<ScratchRun> {
  const name = `${PREFIX}${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: url, application_name: name, keepAlive: true });
  // A server that goes away is the news of whoever works on it.
  client.on('error', () => undefined);
  await client.connect();
  await client.query('set idle_session_timeout = 0');
  await sweep(client, url);
  let made = 0;
  return {
    nextName: () => `${name}_${++made}`,
    alone: async () => (await livingRuns(client)).every((run) => run === name),
    end: () => client.end(),
  };
}

async function sweep(client: pg.Client, url: string): Promise<void> {
  const { rows } = await client.query<{ name: string; roles: string | null }>(
    `select datname as name, shobj_description(oid, 'pg_database') as roles from pg_database
     where starts_with(datname, $1) and pg_has_role(datdba, 'usage')`,
    [PREFIX],
  );
  // Read after the databases: a run opens its connection before it makes any.
  const living = await livingRuns(client);
  const lives = (name: string): boolean => living.includes(name.slice(0, name.lastIndexOf('_')));
  const rolesOf = ({ roles }: { roles: string | null }): string[] => (roles === null ? [] : (JSON.parse(roles) as string[]));
  const used = new Set(rows.filter(({ name }) => lives(name)).flatMap(rolesOf));
  for (const left of rows.filter(({ name }) => !lives(name))) {
    await dropDatabase(url, left.name);
    await dropRoles(
      client,
      rolesOf(left).filter((role) => !used.has(role)),
    );
  }
}

async function livingRuns(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ run: string }>(
    'select distinct application_name as run from pg_stat_activity where starts_with(application_name, $1)',
    [PREFIX],
  );
  return rows.map(({ run }) => run);
}
