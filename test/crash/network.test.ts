import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../src/embedded/free-port.js';
import { createCrashDeploy, effect, EFFECTS, type CrashDeploy } from '../support/crash-deploy.js';
import { randomOf } from '../support/crash-seed.js';
import { temporaryDirectory } from '../support/directory.js';
import { expectInvariants } from '../support/invariants.js';
import { requireProgram } from '../support/program.js';
import { startProxy, type Proxy } from '../support/proxy.js';
import { waitFor } from '../support/wait.js';

let deploy: CrashDeploy;
let proxy: Proxy | undefined;
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
  await deploy?.end();
});

const DONE = { versions: ['1', '2', '3'], effects: ['1', '2', '3'] };

async function behindProxy(second: string): Promise<{ proxy: Proxy; url: string }> {
  deploy = await createCrashDeploy([EFFECTS, effect(2, second), effect(3)]);
  proxy = await startProxy(Number(new URL(deploy.database.url).port));
  return { proxy, url: proxy.through(deploy.database.url) };
}

describe('the network between worker and PostgreSQL', () => {
  it.each(['reset', 'drop'] as const)(
    'N1 cut by %s while a statement runs: heard at once, rolled back, exactly once',
    async (how) => {
      const { proxy: network, url } = await behindProxy('select pg_sleep(2);');
      const first = deploy.start({}, { url });
      await waitFor(() => deploy.runs('%pg_sleep(2)%'), { what: 'the statement' });
      network.cut(how);
      expect(await first.ended()).toMatchObject({ kind: 'failed', code: 'CONNECTION_LOST', verdict: 'retry' });
      network.heal();
      await deploy.finish();
      await expectInvariants(deploy.database, DONE);
    },
  );

  it('N1 gone silent while a statement runs: the next attempt ends the backend; the cut-off one notices by itself', async () => {
    const { proxy: network, url } = await behindProxy('select pg_sleep(1);');
    const first = deploy.start({}, { url });
    await waitFor(() => deploy.runs('%pg_sleep(1)%'), { what: 'the statement' });
    network.cut('blackhole');
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
    expect(await first.ended()).toMatchObject({ kind: 'failed', code: 'CONNECTION_LOST', verdict: 'retry' });
    await expectInvariants(deploy.database, DONE);
  });

  it('N1 cut between two migrations, while the session idles: the lock is free at once, the next attempt goes on there', async () => {
    const { proxy: network, url } = await behindProxy('');
    const first = deploy.start({ at: 'before-transaction#2', with: 'SIGSTOP' }, { url });
    await waitFor(() => first.stopped(), { what: 'the pause between two migrations' });
    network.cut('reset');
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
    first.signal('SIGCONT');
    expect(await first.ended()).toMatchObject({ kind: 'failed', code: 'CONNECTION_LOST', verdict: 'retry' });
    await expectInvariants(deploy.database, DONE);
  });

  it('N1 cut at a random message, eight times in one deploy: everything once', async () => {
    const random = randomOf('N1');
    deploy = await createCrashDeploy([
      [EFFECTS[0], `${EFFECTS[1]} create table items as select n as id from generate_series(1, 5000) n;`],
      effect(2),
      ['3', 'create index concurrently items_id on items (id);'],
      effect(4),
    ]);
    proxy = await startProxy(Number(new URL(deploy.database.url).port));
    const url = proxy.through(deploy.database.url);
    for (let cut = 0; cut < 8; cut += 1) {
      let messages = Math.floor(random() * 60);
      const fate = random() < 0.5 ? 'reset' : 'drop';
      proxy.rule = () => ((messages -= 1) < 0 ? fate : 'pass');
      const last = await deploy.start({}, { url }).ended();
      if (last?.kind !== 'done') expect(last).toMatchObject({ kind: 'failed', verdict: 'retry' });
    }
    proxy.heal();
    await deploy.finish();
    await expectInvariants(deploy.database, { versions: ['1', '2', '3', '4'], effects: ['1', '2', '4'] });
  });

  it('N1 gone silent before the first word: given up after seconds, as a failure that cures itself', async () => {
    const { proxy: network, url } = await behindProxy('select 1;');
    network.cut('blackhole');
    expect(await deploy.start({}, { url }).ended()).toMatchObject({ kind: 'failed', code: 'CONNECT_FAILED', verdict: 'retry' });
    network.heal();
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
  });

  it('N3 through PgBouncer in transaction mode: refused with advice, nothing changed; in session mode it works', async () => {
    deploy = await createCrashDeploy([EFFECTS, effect(2), effect(3)]);
    const bouncer = await startPgBouncer(deploy.database.url);
    try {
      const refused = await deploy.start({}, { url: bouncer.url('transaction') }).ended();
      expect(refused).toMatchObject({ kind: 'failed', code: 'CONNECT_POOLER', verdict: 'refused' });
      expect(await deploy.database.query(`select to_regclass('pawl.lease') as lease`)).toEqual([{ lease: null }]);
      expect(await deploy.start({}, { url: bouncer.url('session') }).ended()).toMatchObject({ kind: 'done' });
    } finally {
      bouncer.stop();
    }
    await expectInvariants(deploy.database, DONE);
  });
});

async function startPgBouncer(target: string): Promise<{ url: (mode: string) => string; stop: () => void }> {
  const place = temporaryDirectory();
  const port = await freePort();
  const { port: server, username, password, pathname } = new URL(target);
  const line = `host=127.0.0.1 port=${server} dbname=${pathname.slice(1)} user=${username} password=${password}`;
  const config = join(place.directory, 'pgbouncer.ini');
  writeFileSync(
    config,
    `[databases]\ntransaction = ${line} pool_mode=transaction\nsession = ${line} pool_mode=session
[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port=${port}\nauth_type=any\nunix_socket_dir=\npool_mode=transaction\nignore_startup_parameters=extra_float_digits\n`,
  );
  chmodSync(config, 0o644);
  // PgBouncer does not start as root.
  const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const child: ChildProcess = spawn(requireProgram('pgbouncer'), [config], { ...account, stdio: 'ignore' });
  const url = (mode: string): string => `postgres://${username}@127.0.0.1:${port}/${mode}`;
  await waitFor(
    async () => {
      const { default: pg } = await import('pg');
      const client = new pg.Client({ connectionString: url('session') });
      await client.connect();
      await client.end();
      return true;
    },
    { what: 'PgBouncer' },
  );
  return { url, stop: () => void child.kill() };
}
