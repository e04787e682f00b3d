import { identifier, literal } from '../engine/postgres/quote.js';
import { isServerError } from '../engine/postgres/sqlstate.js';
import { DRAFT } from './names.js';
import { ourDatabases, type Note } from './sweep.js';
import type { TestServer } from './test-server.js';

/** A database that copies are made of. */
export interface Template {
  /** The same for the same files and settings. */
  readonly name: string;
  /** Roles that its migrations make; they belong to the server. */
  readonly roles: readonly string[];
  /** Puts everything into an empty database. */
  readonly fill: (url: string) => Promise<void>;
}

/**
 * Sees to it that the template is there: made by this process, or by another one that is at it already. It exists under its name only
 * when it is complete, however an attempt to make it ended.
 */
export async function ensureTemplate(server: TestServer, template: Template): Promise<void> {
  const { name } = template;
  const today = new Date().toISOString().slice(0, 10);
  if ((await noteOf(server, name))?.used === today) return;
  await server.locked(name, async () => {
    if ((await noteOf(server, name)) === undefined) await make(server, template);
    // By the day, so that test processes do not all write the same row.
    await write(server, name, { used: today, roles: template.roles });
  });
}

async function make(server: TestServer, { name, roles, fill }: Template): Promise<void> {
  const draft = name + DRAFT;
  const drop = (): Promise<object[]> => server.query(`drop database if exists ${identifier(draft)} with (force)`);
  await drop();
  await freeRoles(server, roles);
  await server.query(`create database ${identifier(draft)} template template0`);
  try {
    await fill(server.urlOf(draft));
    // Nobody but us may connect to what is copied: a connection makes a copy fail.
    await server.query(`alter database ${identifier(draft)} with allow_connections false`);
    await server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [draft]);
    await server.query(`alter database ${identifier(draft)} rename to ${identifier(name)}`);
  } catch (error) {
    await drop();
    throw error;
  }
}

/** Roles outlive the databases whose migrations made them; the next template makes them again, so older templates and kept copies go first. */
async function freeRoles(server: TestServer, roles: readonly string[]): Promise<void> {
  if (roles.length === 0) return;
  for (const { name, note } of await ourDatabases(server))
    if (note.roles?.some((role) => roles.includes(role)))
      await server.query(`drop database if exists ${identifier(name)} with (force)`);
  for (const role of roles) {
    await server.query(`drop role if exists ${identifier(role)}`).catch((error: unknown) => {
      // Another database needs it: the migration says that it exists.
      if (!isServerError(error)) throw error;
    });
  }
}

/** Undefined when there is no such database. */
async function noteOf(server: TestServer, name: string): Promise<Note | undefined> {
  const [row] = await server.query<{ note: string | null }>(
    "select shobj_description(oid, 'pg_database') as note from pg_database where datname = $1",
    [name],
  );
  return row && (row.note === null ? {} : (JSON.parse(row.note) as Note));
}

/** Notes something on a database. */
export async function write(server: TestServer, name: string, note: Note): Promise<void> {
  await server.query(`comment on database ${identifier(name)} is ${literal(JSON.stringify(note))}`);
}
