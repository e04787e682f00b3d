import pg from 'pg';

/** Makes a database on the server of `url`. @returns the url of the new database */
export async function createDatabase(url: string, name: string): Promise<string> {
  await run(url, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  const made = new URL(url);
  made.pathname = `/${encodeURIComponent(name)}`;
  return made.href;
}

/** Drops a database of the server of `url`, with the connections that are open to it; nothing when there is none. */
export async function dropDatabase(url: string, name: string): Promise<void> {
  await run(url, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
