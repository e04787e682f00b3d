import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/free-port.js';
import { requireProgram } from './program.js';
import { waitFor } from './wait.js';

export interface Pgbouncer {
  /** The database, through the pooler. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A pooler of its own in front of a database; PgBouncer refuses to run as root. */
export async function startPgbouncer(
  url: string,
  mode: string,
  { pool = 5 }: { readonly pool?: number } = {},
): Promise<Pgbouncer> {
  const program = requireProgram('pgbouncer');
  const { hostname, port, username, password, pathname } = new URL(url);
  const directory = mkdtempSync(join(tmpdir(), 'pawl-bouncer-'));
  const listen = await freePort();
  const name = pathname.slice(1);
  writeFileSync(join(directory, 'users.txt'), `"${username}" "${password}"\n`);
  writeFileSync(
    join(directory, 'pgbouncer.ini'),
    `[databases]\n${name} = host=${hostname} port=${port} dbname=${name}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${listen}\nauth_type = plain\nauth_file = ${join(directory, 'users.txt')}\npool_mode = ${mode}\ndefault_pool_size = ${pool}\nunix_socket_dir =\n`,
  );
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
  if (user) {
    for (const path of [directory, join(directory, 'users.txt'), join(directory, 'pgbouncer.ini')])
      chownSync(path, user.uid, user.gid);
  }
  chmodSync(directory, 0o755);
  const child: ChildProcess = spawn(program, [join(directory, 'pgbouncer.ini')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...user,
  });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text));
  await waitFor(() => /process up/.test(said) || (child.exitCode !== null && Promise.reject(new Error(said))), {
    what: 'pgbouncer is up',
  });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const through = new URL(url);
  through.host = `127.0.0.1:${listen}`;
  return {
    url: through.href,
    async stop() {
      child.kill('SIGTERM');
      await closed;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
