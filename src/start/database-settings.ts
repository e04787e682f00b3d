import type { CheckRemark } from '../check/report.js';
import type { DatabaseUrl } from '../engine/address.js';
import { read } from '../engine/postgres/read.js';
import { identifier, literal } from '../engine/postgres/quote.js';
import { isServerError } from '../engine/postgres/sqlstate.js';
import { withClient } from '../engine/postgres/with-client.js';

/** A default that a database or a role gives its sessions: `search_path`, `app, public`. */
export interface DatabaseSetting {
  readonly name: string;
  readonly value: string;
}

/** Who a session is and how long it may work is decided where it runs. */
const LEFT_OUT = /^(role|session_authorization|.*_timeout|default_transaction_read_only|session_preload_libraries|log_.*)$/;
/** Lists whose parts are quoted already (GUC_LIST_QUOTE), as pg_dump treats them. */
const QUOTED_LISTS = ['search_path', 'temp_tablespaces', 'local_preload_libraries'];

/** What ALTER DATABASE and ALTER ROLE have set for the sessions of this user, the more special one last. */
export async function readDatabaseSettings(url: DatabaseUrl): Promise<DatabaseSetting[]> {
  return read(url, 'pawl:check', async (client) => {
    const { rows } = await client.query<{ entry: string }>(
      `select s.entry from pg_catalog.pg_db_role_setting r
       cross join lateral pg_catalog.unnest(r.setconfig) with ordinality as s (entry, place)
       left join pg_catalog.pg_database d on d.oid operator(pg_catalog.=) r.setdatabase
       left join pg_catalog.pg_roles u on u.oid operator(pg_catalog.=) r.setrole
       where (r.setdatabase operator(pg_catalog.=) 0::pg_catalog.oid or d.datname operator(pg_catalog.=) pg_catalog.current_database())
         and (r.setrole operator(pg_catalog.=) 0::pg_catalog.oid or u.rolname operator(pg_catalog.=) session_user)
       order by r.setrole operator(pg_catalog.<>) 0::pg_catalog.oid, r.setdatabase operator(pg_catalog.<>) 0::pg_catalog.oid, s.place`,
    );
    const entries = rows.map(({ entry }) => ({
      name: entry.slice(0, entry.indexOf('=')),
      value: entry.slice(entry.indexOf('=') + 1),
    }));
    return entries.filter(({ name }) => !LEFT_OUT.test(name));
  });
}

/** Gives them to a throwaway database. @returns those that its server does not take */
export async function applyDatabaseSettings(url: string, settings: readonly DatabaseSetting[]): Promise<CheckRemark[]> {
  if (settings.length === 0) return [];
  const database = identifier(decodeURIComponent(new URL(url).pathname.slice(1)));
  const refused: string[] = [];
  await withClient(url, 'pawl:check', async (client) => {
    for (const { name, value } of settings) {
      const words = QUOTED_LISTS.includes(name) ? value || "''" : literal(value);
      const parts = name.split('.').map(identifier).join('.');
      await client.query(`alter database ${database} set ${parts} to ${words}`).catch((error: unknown) => {
        if (!isServerError(error)) throw error;
        refused.push(name);
      });
    }
  });
  if (refused.length === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'SERVER_DIFFERS',
      message: `The throwaway database does not have the setting ${refused.join(', ')} of the real one: its server does not take it.`,
      next: 'What depends on it may run differently there. Name a server that is like it in PAWL_SCRATCH_DATABASE_URL.',
    },
  ];
}
