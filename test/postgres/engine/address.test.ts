import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../../../src/embedded/postgres.js';
import { postgresAccount } from '../../../src/embedded/postgres-account.js';
import { closeClient } from '../../../src/engine/postgres/close.js';
import { connect } from '../../../src/engine/postgres/connect.js';
import { parseAddress } from '../../../src/engine/postgres/address/parse-address.js';
import { libpqEnvironment } from '../../../src/engine/postgres/libpq-environment.js';
import { open } from '../../../src/engine/postgres/open.js';
import { makeCertificates, type Certificates } from '../../support/certificates.js';
import { temporaryDirectory } from '../../support/directory.js';
import { createPrivatePostgres, type PrivatePostgres } from '../../support/private-postgres.js';
import { requireProgram } from '../../support/program.js';

const place = temporaryDirectory();
const home = join(place.directory, 'home');
const rooted = join(place.directory, 'rooted');
let tls: PrivatePostgres;
let plain: PrivatePostgres;
let standby: { readonly port: number; readonly stop: () => Promise<void> };
let files: Certificates;
/** What stands for a port, a file or the password in the table. */
let words: Readonly<Record<string, string>>;

beforeAll(async () => {
  for (const folder of [home, join(rooted, '.postgresql')]) mkdirSync(folder, { recursive: true });
  files = makeCertificates(place.directory);
  copyFileSync(files.root, join(rooted, '.postgresql/root.crt'));
  [tls, plain] = [await createPrivatePostgres(), await createPrivatePostgres()];
  standby = await startStandby();
  await putTlsOn(tls);
  for (const server of [tls, plain]) {
    await server.query('create schema app');
    await server.query('create database "other db"');
  }
  const [secure, open_] = [new URL(tls.url), new URL(plain.url)];
  words = {
    TLS: secure.port,
    PLAIN: open_.port,
    STANDBY: String(standby.port),
    PW: secure.password,
    PLAINPW: open_.password,
    ROOT: files.root,
    OTHER: files.otherRoot,
    CERT: files.client.cert,
    KEY: files.client.key,
    OPENKEY: join(place.directory, 'open.key'),
    HOME: home,
    ROOTED: rooted,
    SERVICES: join(place.directory, 'services.conf'),
    PASSFILE: join(place.directory, 'passfile'),
  };
  copyFileSync(files.client.key, words['OPENKEY']!);
  chmodSync(words['OPENKEY']!, 0o644);
  writeFileSync(
    words['SERVICES']!,
    fill('[prod]\nhost=localhost\nport={TLS}\ndbname=target\nuser=postgres\npassword={PW}\nsslmode=require\n'),
  );
  writeFileSync(words['PASSFILE']!, fill('localhost:{TLS}:*:postgres:{PW}\n*:{PLAIN}:*:*:{PLAINPW}\n'), { mode: 0o600 });
}, 120_000);

afterAll(async () => {
  await standby.stop();
  await tls.remove();
  await plain.remove();
  await place.remove();
});

/** A server that is in recovery and stays so. */
async function startStandby(): Promise<typeof standby> {
  const directory = join(place.directory, 'standby');
  mkdirSync(directory);
  const first = await startPostgres({ directory, durable: false });
  const data = join(first.directory, 'data');
  await first.stop();
  writeFileSync(join(data, 'standby.signal'), '');
  writeFileSync(join(data, 'pg_hba.conf'), 'host all all 127.0.0.1/32 trust\n');
  return startPostgres({ directory, durable: false }).then(({ port, stop }) => ({ port, stop }));
}

/** TLS by the private authority; databases that ask for a client certificate, for TLS, and for no TLS. */
async function putTlsOn(server: PrivatePostgres): Promise<void> {
  const account = postgresAccount();
  if (account) for (const file of Object.values(files.server)) chownSync(file, account.uid, account.gid);
  await server.query('create database certified');
  await server.query('create database encrypted');
  await server.query('create database unencrypted');
  const [{ hba }] = (await server.query<{ hba: string }>('select pg_catalog.current_setting($1) as hba', ['hba_file'])) as [
    { hba: string },
  ];
  const rules = `
    hostssl certified all all cert
    hostssl encrypted all all scram-sha-256
    hostnossl encrypted all all reject
    hostnossl unencrypted all all scram-sha-256
    hostssl unencrypted all all reject\n`;
  writeFileSync(hba, rules + readFileSync(hba, 'utf8'));
  for (const [name, value] of Object.entries({
    ssl_cert_file: files.server.cert,
    ssl_key_file: files.server.key,
    ssl_ca_file: files.root,
    ssl: 'on',
  }))
    await server.query(`alter system set ${name} = '${value}'`);
  await server.query('select pg_catalog.pg_reload_conf()');
}

const fill = (text: string): string => text.replaceAll(/\{(\w+)\}/g, (_, word: string) => words[word]!);

const LOOK = `select json_build_object('database', current_database(), 'user', session_user, 'role', current_user,
  'schema', current_schema(), 'tls', (select ssl from pg_stat_ssl where pid = pg_backend_pid()),
  'certificate', (select client_dn is not null from pg_stat_ssl where pid = pg_backend_pid()),
  'port', inet_server_port(), 'standby', pg_is_in_recovery(), 'zone', current_setting('TimeZone')) as look`;

type Outcome = Readonly<Record<string, unknown>> | 'refused';

/** @param more variables, besides an own HOME */
function psql(address: string, more: Readonly<Record<string, string>>): { outcome: Outcome; said: string } {
  const env = { PATH: process.env['PATH'], HOME: home, ...more };
  const { stdout, stderr, status } = spawnSync(requireProgram('psql'), ['-XAtw', '-d', address, '-c', LOOK], {
    env,
    encoding: 'utf8',
  });
  return { outcome: status === 0 ? (JSON.parse(stdout) as Outcome) : 'refused', said: stderr };
}

async function pawl(address: string, more: Readonly<Record<string, string>>): Promise<{ outcome: Outcome; said: string }> {
  try {
    const client = await open(parseAddress(address, { HOME: home, ...more }), 'pawl:test');
    try {
      const { rows } = await client.query<{ look: Outcome }>(LOOK);
      return { outcome: rows[0]!.look, said: '' };
    } finally {
      await closeClient(client);
    }
  } catch (error) {
    return { outcome: 'refused', said: `${(error as Error).message} ${(error as { next?: string }).next ?? ''}` };
  }
}

const U = 'postgres://postgres:{PW}@localhost:{TLS}/target';
const P = 'postgres://postgres:{PLAINPW}@localhost:{PLAIN}/target';

/** `said` is what Pawl says where it refuses. */
interface Row {
  readonly address: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly said?: RegExp;
  readonly is?: Readonly<Record<string, unknown>>;
}

/** What psql 15 knows too. */
const BOTH: readonly Row[] = [
  { address: U, is: { tls: true, schema: 'public', database: 'target' } },
  { address: P, is: { tls: false } },
  { address: 'host=localhost port={TLS} dbname=target user=postgres password={PW}' },
  { address: "host=localhost port={PLAIN} dbname='other db' user=postgres password='{PLAINPW}'", is: { database: 'other db' } },
  { address: 'postgres://postgres:{PLAINPW}@localhost:{PLAIN}/other%20db', is: { database: 'other db' } },
  { address: 'postgres://localhost:{PLAIN}/target?user=postgres&password={PLAINPW}' },
  { address: 'postgresql://postgres:{PLAINPW}@127.0.0.1:{PLAIN}/target' },
  { address: 'host=localhost hostaddr=127.0.0.1 port={PLAIN} dbname=target user=postgres password={PLAINPW}' },
  {
    address: 'postgres:///target',
    environment: { PGHOST: 'localhost', PGPORT: '{TLS}', PGUSER: 'postgres', PGPASSWORD: '{PW}' },
  },
  {
    address: 'dbname=target',
    environment: { PGHOST: 'localhost', PGPORT: '{TLS}', PGUSER: 'postgres', PGPASSFILE: '{PASSFILE}' },
  },
  { address: 'postgres://postgres@localhost:{TLS}/target?passfile={PASSFILE}' },
  { address: 'service=prod', environment: { PGSERVICEFILE: '{SERVICES}' }, is: { tls: true } },
  { address: 'dbname=encrypted', environment: { PGSERVICE: 'prod', PGSERVICEFILE: '{SERVICES}' }, is: { database: 'encrypted' } },
  { address: 'service=nowhere', environment: { PGSERVICEFILE: '{SERVICES}' }, said: /service/ },
  { address: `${P}?options=-c%20search_path%3Dapp`, is: { schema: 'app' } },
  { address: P, environment: { PGOPTIONS: '-c search_path=app', PGTZ: 'Asia/Tokyo' }, is: { schema: 'app', zone: 'Asia/Tokyo' } },
  { address: `${U}?sslmode=disable`, is: { tls: false } },
  { address: `${U}?sslmode=allow`, is: { tls: false } },
  { address: `${U}?sslmode=prefer`, is: { tls: true } },
  { address: `${U}?sslmode=require`, is: { tls: true } },
  { address: U, environment: { PGSSLMODE: 'disable' }, is: { tls: false } },
  { address: `${P}?sslmode=allow` },
  { address: `${P}?sslmode=prefer` },
  { address: `${P}?sslmode=require`, said: /does not support TLS.*ssl = on/ },
  { address: `${U}?sslmode=verify-ca&sslrootcert={ROOT}`, is: { tls: true } },
  { address: `${U}?sslmode=verify-full&sslrootcert={ROOT}`, is: { tls: true } },
  { address: U.replace('localhost', '127.0.0.1') + '?sslmode=verify-ca&sslrootcert={ROOT}', is: { tls: true } },
  {
    address: U.replace('localhost', '127.0.0.1') + '?sslmode=verify-full&sslrootcert={ROOT}',
    said: /not for the host.*verify-ca/,
  },
  { address: `${U}?sslmode=verify-full&sslrootcert={OTHER}`, said: /not trusted here.*sslrootcert/ },
  { address: `${U}?sslmode=require&sslrootcert={OTHER}`, said: /not trusted here/ },
  { address: `${U}?sslmode=verify-full`, said: /no root certificate.*sslrootcert/ },
  { address: `${U}?sslmode=verify-full`, environment: { HOME: '{ROOTED}' }, is: { tls: true } },
  { address: `${U}?sslmode=bogus`, said: /sslmode that is none of/ },
  { address: `${U}?sslmod=require`, said: /sslmod, .*did you mean sslmode/ },
  { address: 'postgres://postgres:{PW}@localhost:{TLS}/encrypted?sslmode=allow', is: { tls: true } },
  { address: 'postgres://postgres:{PW}@localhost:{TLS}/encrypted?sslmode=disable', said: /pg_hba/ },
  { address: 'postgres://postgres:{PW}@localhost:{TLS}/unencrypted', is: { tls: false } },
  { address: 'postgres://postgres@localhost:{TLS}/certified?sslcert={CERT}&sslkey={KEY}', is: { certificate: true } },
  { address: 'postgres://postgres@localhost:{TLS}/certified', said: /certificate/ },
  { address: 'postgres://postgres@localhost:{TLS}/certified?sslcert={CERT}&sslkey={OPENKEY}', said: /sslkey.*chmod 600/ },
  { address: `${U}?channel_binding=require`, is: { tls: true } },
  { address: `${U}?channel_binding=disable`, is: { tls: true } },
  { address: `${P}?channel_binding=require`, said: /channel_binding=require/ },
  { address: `${U}?ssl_min_protocol_version=TLSv1.3`, is: { tls: true } },
  { address: 'postgres://postgres@localhost:{PLAIN}/target', said: /no password|none/ },
  { address: 'postgres://postgres@localhost:{STANDBY},localhost:{PLAIN}/postgres?passfile={PASSFILE}', is: { standby: true } },
  {
    address:
      'postgres://postgres@localhost:{STANDBY},localhost:{PLAIN}/postgres?passfile={PASSFILE}&target_session_attrs=read-write',
    is: { standby: false },
  },
  {
    address:
      'host=localhost,localhost port={STANDBY},{PLAIN} dbname=postgres user=postgres passfile={PASSFILE} target_session_attrs=primary',
  },
  {
    address:
      'postgres://postgres@localhost:{PLAIN},localhost:{STANDBY}/postgres?passfile={PASSFILE}&target_session_attrs=standby',
  },
  {
    address:
      'postgres://postgres@localhost:{PLAIN},localhost:{STANDBY}/postgres?passfile={PASSFILE}&target_session_attrs=read-only',
  },
  {
    address:
      'postgres://postgres@localhost:{PLAIN},localhost:{STANDBY}/postgres?passfile={PASSFILE}&target_session_attrs=prefer-standby',
    is: { standby: true },
  },
  {
    address: 'postgres://postgres@localhost:{PLAIN}/postgres?passfile={PASSFILE}&target_session_attrs=standby',
    said: /is not standby/,
  },
  { address: 'postgres://postgres@localhost:1,localhost:{PLAIN}/target?passfile={PASSFILE}' },
  { address: `${P}?application_name=x&connect_timeout=5&keepalives_idle=30&client_encoding=UTF8&gssencmode=disable` },
  { address: `${P}?foo=bar`, said: /the parameter foo/ },
];

/** What psql 15 does not know: newer than it, or another driver's. */
const OURS: readonly Row[] = [
  { address: `${P}?schema=app`, is: { schema: 'app' } },
  { address: `${P}?search_path=app,public`, is: { schema: 'app' } },
  { address: `${P}?currentSchema=app`, is: { schema: 'app' } },
  {
    address: 'host=localhost port={PLAIN} dbname=target user=postgres password={PLAINPW} search_path=app',
    is: { schema: 'app' },
  },
  { address: `jdbc:${P}?currentSchema=app&ApplicationName=x&prepareThreshold=0`, is: { schema: 'app' } },
  { address: `${P}?schema=app&connection_limit=1&pool_timeout=0&pgbouncer=true`, is: { schema: 'app' } },
  { address: `${U}?sslmode=no-verify`, is: { tls: true } },
  { address: `${U}?sslmode=require&sslaccept=accept_invalid_certs`, is: { tls: true } },
  { address: `${U}?sslmode=require&sslaccept=strict&sslcert={ROOT}`, is: { tls: true } },
  { address: `${U}?ssl=true`, said: /not trusted here/ },
  { address: `${U}?sslrootcert=system`, said: /not trusted here/ },
  { address: `${U}?sslmode=require&sslnegotiation=direct`, is: { tls: true } },
  { address: `${U}?require_auth=scram-sha-256`, is: { tls: true } },
  { address: `${U}?require_auth=md5`, said: /require_auth does not allow.*scram-sha-256/ },
  { address: 'postgres://postgres@localhost:{STANDBY}/postgres?require_auth=!none', said: /require_auth/ },
];

const title = ({ address, environment }: Row): string => `${address} ${environment ? JSON.stringify(environment) : ''}`;

function filled({ address, environment = {} }: Row): [string, Record<string, string>] {
  return [fill(address), Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fill(value)]))];
}

describe('as psql', () => {
  it.each(BOTH.map((row) => [title(row), row] as const))('%s', async (_, row) => {
    const there = psql(...filled(row));
    const here = await pawl(...filled(row));
    expect(here.outcome, `${here.said}\n${there.said}`).toEqual(there.outcome);
    if (row.said) expect(here.said).toMatch(row.said);
    else expect(here.outcome).toMatchObject(row.is ?? {});
    expect(here.said).not.toContain(words['PW']);
  });
});

describe('beyond psql', () => {
  it.each(OURS.map((row) => [title(row), row] as const))('%s', async (_, row) => {
    const here = await pawl(...filled(row));
    if (row.said) expect(here.said).toMatch(row.said);
    else expect(here.outcome, here.said).toMatchObject(row.is ?? {});
  });
});

it('programs that use libpq reach the same by variables, without anything on their command line', async () => {
  for (const [address, expected] of [
    [`${U}?sslmode=verify-full&sslrootcert={ROOT}&schema=app`, { tls: true, schema: 'app', database: 'target' }],
    [`${P}?connection_limit=3&currentSchema=app`, { tls: false, schema: 'app', zone: 'UTC' }],
  ] as const) {
    const environment = await libpqEnvironment(parseAddress(fill(address), { HOME: home }), { timezone: 'UTC' });
    const env = { PATH: process.env['PATH'], HOME: home, ...environment };
    const { stdout } = spawnSync(requireProgram('psql'), ['-XAtc', LOOK], { env, encoding: 'utf8' });
    expect(JSON.parse(stdout)).toMatchObject(expected);
  }
});

it('a failed login leaves no connection behind', async () => {
  const sessions = async () => (await plain.query(`select from pg_stat_activity where application_name = 'pawl:test'`)).length;
  await pawl(fill('postgres://postgres@localhost:{PLAIN}/target'), {});
  await pawl(fill('postgres://postgres:wrong@localhost:{PLAIN}/target'), {});
  await expect.poll(sessions).toBe(0);
  await expect
    .poll(
      async () =>
        (await plain.query(`select from pg_stat_activity where state is null and backend_type = 'client backend'`)).length,
    )
    .toBe(0);
});

it('a deploy waits for a primary where only a standby answers', async () => {
  const url = fill('postgres://postgres@localhost:{STANDBY}/postgres');
  await expect(connect({ url, application: 'pawl:test', lockTimeout: 1000 })).rejects.toMatchObject({
    code: 'CONNECT_READ_ONLY',
    verdict: 'retry',
  });
});
