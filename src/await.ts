/**
 * Waiting for migrations from a service: what `import ... from 'pawl/await'` gives. Importing it loads nothing of PostgreSQL.
 */

/** Which schema a service needs: the files that it was built with, or versions by name. */
export type Wanted =
  | { readonly directories: readonly string[]; readonly format?: string; readonly root?: string }
  | { readonly versions: readonly string[] };

export interface Database {
  readonly connectionString: string;
  /** Schema of the ledger; `pawl` by default. */
  readonly ledger?: string;
}

export interface AwaitSettings {
  /** Milliseconds; without it the wait has no end. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** Called when what is missing changes, and with a problem while the database cannot be asked. */
  readonly onWait?: (missing: readonly string[], problem?: string) => void;
}

/**
 * Waits until migrations are applied: what a service calls before it starts. It takes no lock and only reads; a role with USAGE on the
 * ledger's schema and SELECT on its tables is enough. Needs `pg` and nothing of Temporal.
 * @throws EngineError `AWAIT_TIMEOUT`; `CONNECT_*` where waiting is no use, such as a wrong password; `FILES_*`
 * @example
 * await awaitMigrations({ connectionString: process.env.DATABASE_URL! }, { directories: ['migrations'] }, { timeout: 300_000 });
 * server.listen(8080);
 */
export async function awaitMigrations(database: Database, wanted: Wanted, settings: AwaitSettings = {}): Promise<void> {
  const { timeout: within, signal, onWait } = settings;
  const { connectionString: url, ledger = 'pawl' } = database;
  const { awaitApplied } = await import('./engine/ledger/await.js');
  await awaitApplied({ url, ledger, versions: await versionsOf(wanted), within, signal, onWait });
}

/**
 * Compares the applied set with a service's own files once, for a health check.
 * @returns what is not applied yet, and what is applied that the service has no file for: a newer release ran, or files were moved
 * @throws EngineError `CONNECT_*`, `FILES_*`
 * @example
 * const { missing, unknown } = await compareMigrations({ connectionString: process.env.DATABASE_URL! }, { directories: ['migrations'] });
 * response.statusCode = missing.length === 0 ? 200 : 503;
 */
export async function compareMigrations(
  { connectionString, ledger = 'pawl' }: Database,
  wanted: Wanted,
): Promise<{ missing: string[]; unknown: string[] }> {
  const versions = await versionsOf(wanted);
  const { withClient } = await import('./engine/postgres/with-client.js');
  const { ledgerExists } = await import('./engine/ledger/header.js');
  const { readFlushedVersions } = await import('./engine/ledger/flushed.js');
  return withClient(connectionString, 'pawl:compare', async (client) => {
    const applied = (await ledgerExists(client, ledger)) ? await readFlushedVersions(client, ledger) : new Set<string>();
    return {
      missing: versions.filter((version) => !applied.has(version)),
      unknown: [...applied].filter((version) => !versions.includes(version)),
    };
  });
}

async function versionsOf(wanted: Wanted): Promise<readonly string[]> {
  if ('versions' in wanted) return wanted.versions;
  const { discoverMigrations } = await import('./engine/files/discover.js');
  const found = await Promise.all(
    wanted.directories.map((directory) => discoverMigrations({ directory, format: wanted.format }, wanted.root ?? process.cwd())),
  );
  const fault = found.flatMap(({ faults }) => faults)[0];
  if (fault) throw fault;
  return found.flatMap(({ migrations }) => migrations.map(({ version }) => version));
}
