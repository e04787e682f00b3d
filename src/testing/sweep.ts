import { identifier } from '../engine/postgres/quote.js';
import { isServerError } from '../engine/postgres/sqlstate.js';
import { COPY, DRAFT, TEMPLATE } from './names.js';
import type { TestServer } from './test-server.js';

/** How many templates stay, those used last: a developer changes between branches. */
const TEMPLATES = 8;
/** Milliseconds for which the database of a failed test is kept. */
const KEPT_FOR = 7 * 86_400_000;

/** What is noted on a database, as its comment. */
export interface Note {
  /** Of a template: the day on which it was used last. */
  readonly used?: string;
  /** Roles that its migrations made. */
  readonly roles?: readonly string[];
  /** Of the database of a failed test: when it was kept. */
  readonly kept?: string;
}

export interface NotedDatabase {
  readonly name: string;
  readonly note: Note;
}

/** The databases that are ours by their names, and that we may drop. */
export async function ourDatabases(server: TestServer): Promise<NotedDatabase[]> {
  const rows = await server.query<{ name: string; note: string | null }>(
    `select datname as name, shobj_description(oid, 'pg_database') as note from pg_database
     where (starts_with(datname, $1) or starts_with(datname, $2)) and pg_has_role(datdba, 'usage') order by oid desc`,
    [COPY, TEMPLATE],
  );
  return rows.map(({ name, note }) => ({ name, note: note === null ? {} : (JSON.parse(note) as Note) }));
}

/**
 * Drops what nobody uses any more: copies and unfinished templates of processes that have ended, kept copies after a week, templates beyond
 * those used last.
 */
export async function sweep(server: TestServer): Promise<void> {
  const databases = await ourDatabases(server);
  // Read after the databases: a process opens its connection before it makes any.
  const running = await server.query<{ run: string }>(
    'select distinct application_name as run from pg_stat_activity where starts_with(application_name, $1)',
    [COPY],
  );
  const living = new Set(running.map(({ run }) => run));
  const isLeft = ({ name, note }: NotedDatabase): boolean =>
    !living.has(name.slice(0, name.lastIndexOf('_'))) &&
    (note.kept === undefined || Date.parse(note.kept) < Date.now() - KEPT_FOR);
  const copies = databases.filter(({ name }) => name.startsWith(COPY));
  const templates = databases
    .filter(({ name, note }) => name.startsWith(TEMPLATE) && note.used !== undefined)
    .sort((a, b) => (b.note.used ?? '').localeCompare(a.note.used ?? ''));
  for (const { name } of [...copies.filter(isLeft), ...templates.slice(TEMPLATES)]) await dropIfFree(server, name);
  for (const { name } of databases.filter((database) => database.name.endsWith(DRAFT)))
    await server.ifFree(name.slice(0, -DRAFT.length), () => dropIfFree(server, name));
}

/** Drops a database unless somebody copies it, or drops it too, just now. */
export async function dropIfFree(server: TestServer, name: string): Promise<void> {
  await server.query(`drop database if exists ${identifier(name)} with (force)`).catch((error: unknown) => {
    if (!isServerError(error)) throw error;
  });
}
