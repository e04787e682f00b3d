import type { DatabaseUrl } from '../engine/address.js';
import { read } from '../engine/postgres/read.js';

/** Roles of a server that are not PostgreSQL's own: what files may grant to. @throws EngineError `CONNECT_*` */
export async function readRoles(url: DatabaseUrl): Promise<string[]> {
  return read(url, 'pawl:verify', async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select rolname::pg_catalog.text as name from pg_catalog.pg_roles where rolname not like 'pg\\_%' order by rolname`,
    );
    return rows.map(({ name }) => name);
  });
}
