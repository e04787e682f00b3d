import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../engine/error.js';
import type { Account } from './postgres-account.js';
import type { Programs } from './postgres-programs.js';

const PASSWORD_FILE = 'pawl-password';

/** The superuser's password: made with the data, kept beside it, readable by the data's owner only. */
export function readPassword(data: string): string {
  return readFileSync(join(data, PASSWORD_FILE), 'utf8').trim();
}

/**
 * Makes the data directory unless it is there; `data` exists when it is complete, however the last attempt ended. UTF-8, and no
 * locale of the machine's: the same sort order everywhere.
 *
 * @throws EngineError `POSTGRES_UNAVAILABLE` when initdb fails, or when the data was made by another major version
 */
export async function initialise(options: {
  readonly data: string;
  readonly account: Account | undefined;
  readonly programs: Programs;
  readonly durable: boolean;
  /** File descriptor. */
  readonly log: number;
}): Promise<void> {
  const { data, account, programs } = options;
  if (existsSync(data)) return checkVersion(data, programs);
  const draft = `${data}-draft`;
  const password = `${data}-password`;
  await rm(draft, { recursive: true, force: true });
  await rm(password, { force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(password, `${randomBytes(12).toString('hex')}\n`, { mode: 0o600 });
  if (account !== undefined) for (const path of [draft, password]) await chown(path, account.uid, account.gid);
  await run(options, [
    `--pgdata=${draft}`,
    '--username=postgres',
    `--pwfile=${password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    ...(programs.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
    ...(options.durable ? [] : ['--no-sync']),
  ]);
  await rename(password, join(draft, PASSWORD_FILE));
  await rename(draft, data);
}

async function checkVersion(data: string, programs: Programs): Promise<void> {
  const major = Number(await readFile(join(data, 'PG_VERSION'), 'utf8'));
  if (major === programs.major) return;
  throw new EngineError(
    'POSTGRES_UNAVAILABLE',
    'refused',
    `The data in ${data} was made by PostgreSQL ${major}; this is PostgreSQL ${programs.major}`,
    { next: `Remove ${data} when it is of no use any more, or give the programs of PostgreSQL ${major}.` },
  );
}

async function run(options: Parameters<typeof initialise>[0], args: string[]): Promise<void> {
  const child = spawn(join(options.programs.bin, 'initdb'), args, {
    ...options.account,
    cwd: '/',
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', options.log, options.log],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code === 0) return;
  throw new EngineError('POSTGRES_UNAVAILABLE', 'refused', `initdb for ${options.data} failed (exit code ${code ?? 'none'})`, {
    next: 'Read server.log in the folder above: its last lines say why. A full disk is the usual cause.',
  });
}
