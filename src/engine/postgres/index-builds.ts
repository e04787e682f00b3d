/**
 * SQL for whoever builds an index of a table just now, as rows of `pid`. Of sessions of other roles the server tells such as have no
 * pg_read_all_stats only that they build something; the lock that each build without blocking holds on its table is told to everybody.
 * @param table SQL for the OID of the table; a plain column or parameter, since it is written twice
 * @param index SQL for the OID of the index, where only its build counts
 */
export function buildersOf(table: string, index?: string): string {
  const shown = index === undefined ? `p.relid = ${table}` : `p.index_relid = ${index}`;
  return `select p.pid from pg_catalog.pg_stat_progress_create_index p
    where p.datname = pg_catalog.current_database() and p.pid <> pg_catalog.pg_backend_pid()
      and (${shown} or p.relid is null and exists (select from pg_catalog.pg_locks l
        where l.pid = p.pid and l.relation = ${table} and l.mode = 'ShareUpdateExclusiveLock' and l.granted))`;
}
