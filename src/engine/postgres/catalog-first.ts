import type pg from 'pg';

/**
 * Looks for what the user's path finds, with PostgreSQL's own functions, operators and types before those of any schema in it. PostgreSQL puts
 * pg_catalog first by itself, unless the path names it: in `app, pg_catalog` an operator `=` of `app` is the one that a look would call.
 * Only outside of transactions of the user's.
 */
export async function withCatalogFirst<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  const { rows } = await client.query<{ path: string }>(`select pg_catalog.current_setting('search_path') as path`);
  const { path } = rows[0]!;
  if (!/\bpg_catalog\b/i.test(path)) return work();
  await client.query(`set search_path = pg_catalog, ${path}`);
  const restore = (): Promise<unknown> => client.query(`set search_path = ${path}`);
  const result = await work().catch(async (error: unknown) => {
    // What went wrong before says more than that the session has ended with it.
    await restore().catch(() => undefined);
    throw error;
  });
  await restore();
  return result;
}
