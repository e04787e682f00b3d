import { join } from 'node:path';
import { privateDirectory, writePrivate } from '../../embedded/private-file.js';
import type { LoadedConfig } from '../../config/load.js';
import { createDatabase, dropDatabase, startPostgres } from '../../embedded/postgres.js';
import { provideTemporal } from '../../embedded/temporal.js';
import { EngineError } from '../../engine/error.js';
import { STATE } from '../../engine/postgres/states.js';

export interface Playground {
  /** The process's environment with what was started in it. */
  readonly environment: Record<string, string | undefined>;
  /** File that makes another terminal talk to the same servers. */
  readonly environmentFile: string;
  readonly uiUrl: string | undefined;
  /** Targets whose databases are of the playground. */
  readonly targets: readonly string[];
  stop(): Promise<void>;
}

/** What the Web UI is on when that port is free: where the Temporal CLI has it. */
const UI_PORT = 8233;

/**
 * Starts what a deploy needs and the environment does not name: Temporal, and a PostgreSQL with a database for each target.
 * What they keep is in `.pawl/` beside the configuration, so the next start finds it.
 */
export async function openPlayground(
  { config, root }: LoadedConfig,
  environment: Readonly<Record<string, string | undefined>>,
  { reset, say }: { readonly reset: boolean; readonly say: (text: string) => void },
): Promise<Playground> {
  const directory = join(root, '.pawl');
  await privateDirectory(directory);
  // A password and the files of a server: nothing for a repository.
  await writePrivate(join(directory, '.gitignore'), '*\n');
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const temporal = await provideTemporal({
      directory: join(directory, 'temporal'),
      uiPort: UI_PORT,
      dynamicConfig: QUICK,
      onProgress: say,
    });
    stops.push(temporal.stop);
    say(`Temporal at ${temporal.address}${temporal.uiUrl ? `, Web UI ${temporal.uiUrl}` : ''}`);
    const added: Record<string, string> = { TEMPORAL_ADDRESS: temporal.address };
    if (temporal.uiUrl) added.TEMPORAL_UI_URL = temporal.uiUrl;
    const missing = Object.entries(config.targets).flatMap(([name, { database }]) =>
      'env' in database && !environment[database.env] ? [{ name, variable: database.env }] : [],
    );
    if (missing.length > 0) {
      const postgres = await startPostgres({ directory: join(directory, 'postgres') });
      stops.push(postgres.stop);
      say(`PostgreSQL ${postgres.version} at port ${postgres.port}, for ${missing.map(({ name }) => name).join(', ')}`);
      for (const { name, variable } of missing) {
        if (reset) await dropDatabase(postgres.url, databaseName(name));
        added[variable] = await databaseOf(postgres.url, databaseName(name));
      }
    }
    return {
      environment: { ...environment, ...added },
      environmentFile: await writeEnvironment(directory, added),
      uiUrl: temporal.uiUrl,
      targets: missing.map(({ name }) => name),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A development server is slow in handing out work unless it is told otherwise; each setting halves the time of a step. */
const QUICK = {
  'system.enableActivityEagerExecution': true,
  'history.transferProcessorMaxPollRPS': 10_000,
  'history.transferProcessorMaxPollHostRPS': 100_000,
};

/** One that an earlier run has made is taken as it is. */
async function databaseOf(server: string, name: string): Promise<string> {
  try {
    return await createDatabase(server, name);
  } catch (error) {
    if (!(error instanceof EngineError) || error.sqlstate !== STATE.duplicateDatabase) throw error;
    return Object.assign(new URL(server), { pathname: `/${name}` }).href;
  }
}

function databaseName(target: string): string {
  return target.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
}

/** Readable by its owner alone: it holds the password of the embedded server. */
async function writeEnvironment(directory: string, added: Record<string, string>): Promise<string> {
  const path = join(directory, 'env');
  const lines = Object.entries(added).map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`);
  await writePrivate(path, `${lines.join('\n')}\n`);
  return path;
}
