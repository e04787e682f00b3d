import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.js';
import { postgresAccount, reachableDirectory, type Account } from './postgres-account.js';
import { initialise, readPassword } from './postgres-data.js';
import { postgresPrograms } from './postgres-programs.js';
import { commandLine } from './process-table.js';
import { share, type ServerKind } from './share.js';

export { createDatabase, dropDatabase } from './database.js';

export interface PostgresOptions {
  /** Holds the data from one start to the next. */
  readonly directory: string;
  /** Taken when it is free; otherwise, and without it, the system picks one. */
  readonly port?: number | undefined;
  /** False trades the data's survival of a power cut for speed: for servers that are thrown away. Default true. */
  readonly durable?: boolean | undefined;
  /** Folder of a PostgreSQL's programs to use instead of the one that comes with pawl. */
  readonly bin?: string | undefined;
}

export interface EmbeddedPostgres {
  /** Connects the superuser to the database `postgres`. Holds the password: never log it. */
  readonly url: string;
  readonly port: number;
  /** Such as `18.4`. */
  readonly version: string;
  /** Where the data is: as asked, or a folder of the temporary directory when PostgreSQL's account cannot enter that. */
  readonly directory: string;
  /** Ends the server, unless another living process uses it. */
  readonly stop: () => Promise<void>;
}

interface Server {
  readonly pid: number;
  readonly port: number;
}

/**
 * A PostgreSQL on 127.0.0.1 with its data in `directory`: the one that runs there already, else a new one. Everything that one
 * has to know about sharing it is said at {@link share}.
 *
 * @throws EngineError `POSTGRES_UNAVAILABLE`
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const account = postgresAccount();
  const directory = reachableDirectory(options.directory, account);
  const { server, leave } = await share(directory, kind(directory, account, options));
  const url = urlOf(directory, server.port);
  return { url, port: server.port, version: await version(url), directory, stop: leave };
}

function kind(directory: string, account: Account | undefined, options: PostgresOptions): ServerKind<Server> {
  const data = join(directory, 'data');
  return {
    name: 'PostgreSQL',
    errorCode: 'POSTGRES_UNAVAILABLE',
    // "Fast shutdown" of postgres(1): open transactions are rolled back.
    endSignal: 'SIGINT',
    async spawn(log) {
      const running = runningOn(data);
      if (running !== undefined) return running;
      const programs = postgresPrograms(account, options.bin);
      await initialise({ data, account, programs, durable: options.durable ?? true, log });
      const port = await freePort(options.port);
      const child = spawn(join(programs.bin, 'postgres'), ['-D', data, ...settings(port, options.durable ?? true)], {
        ...account,
        // Away from the terminal's process group: Ctrl-C is for us, and we end the server when we are done with it.
        detached: true,
        cwd: '/',
        env: serverEnvironment(process.env),
        stdio: ['ignore', log, log],
      });
      await once(child, 'spawn');
      child.unref();
      return { pid: child.pid ?? 0, port };
    },
    async probe({ port }) {
      await version(urlOf(directory, port));
    },
  };
}

/**
 * What a server needs of our environment, and nothing else: SQL can read the environment of its server (COPY ... TO PROGRAM), and the
 * server of a check outlives it.
 */
function serverEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const needed = ['PATH', 'HOME', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'LOCPATH'];
  return { ...Object.fromEntries(needed.map((name) => [name, environment[name]])), LC_ALL: 'C' };
}

function settings(port: number, durable: boolean): string[] {
  const values = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * The server that `postmaster.pid` names (lines: pid, data, start, port), when it runs. A file that a crash left behind is
 * removed: PostgreSQL would refuse to start when its number belongs to another process of the same account by now.
 */
function runningOn(data: string): Server | undefined {
  const file = join(data, 'postmaster.pid');
  let lines;
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (commandLine(pid).includes(data)) return { pid, port };
  rmSync(file);
  return undefined;
}

function urlOf(directory: string, port: number): string {
  return `postgres://postgres:${readPassword(join(directory, 'data'))}@127.0.0.1:${port}/postgres`;
}

async function version(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  // A server that shuts down meanwhile breaks the connection: the query's own rejection says it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version.split(' ')[0] ?? '';
  } finally {
    await client.end();
  }
}
