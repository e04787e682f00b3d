import { identifier, literal } from '../engine/postgres/quote.js';
import type { TestServer } from './test-server.js';

/** Lists whose parts are quoted already (GUC_LIST_QUOTE), as pg_dump treats them. */
const QUOTED_LISTS = ['search_path', 'temp_tablespaces', 'local_preload_libraries'];

/** CREATE DATABASE copies what is in a database, but not what ALTER DATABASE and ALTER ROLE ... IN DATABASE have set for it. */
export async function copySettings(server: TestServer, from: string, to: string): Promise<void> {
  const settings = await server.query<{ role: string | null; entry: string }>(
    `select r.rolname as role, unnest(s.setconfig) as entry from pg_db_role_setting s
     join pg_database d on d.oid = s.setdatabase left join pg_roles r on r.oid = s.setrole where d.datname = $1`,
    [from],
  );
  for (const { role, entry } of settings) {
    const name = entry.slice(0, entry.indexOf('='));
    const value = entry.slice(entry.indexOf('=') + 1);
    const words = QUOTED_LISTS.includes(name) ? value || "''" : literal(value);
    const whose = role === null ? `database ${identifier(to)}` : `role ${identifier(role)} in database ${identifier(to)}`;
    await server.query(`alter ${whose} set ${name.split('.').map(identifier).join('.')} to ${words}`);
  }
}
