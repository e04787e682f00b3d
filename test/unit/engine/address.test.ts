import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asRole, describeAddress } from '../../../src/engine/address.js';
import { parseAddress } from '../../../src/engine/postgres/address/parse-address.js';
import { temporaryDirectory } from '../../support/directory.js';

let place: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  place = temporaryDirectory();
});
afterEach(() => place.remove());

const parse = (text: string, environment: Record<string, string> = {}) =>
  parseAddress(text, { HOME: place.directory, ...environment });
const hosts = (text: string, environment: Record<string, string> = {}) =>
  parse(text, environment).hosts.map(({ name, address, port }) => [name, address, port]);
const password = async (text: string, environment: Record<string, string> = {}) => {
  const address = parse(text, environment);
  return address.password(address.hosts[0]!);
};

describe('what libpq reads', () => {
  it.each([
    ['postgres://u:p@h:5433/d', [['h', undefined, 5433]], 'd'],
    ['postgresql://u@h', [['h', undefined, 5432]], 'u'],
    ['jdbc:postgresql://h/d?user=u', [['h', undefined, 5432]], 'd'],
    ['postgresql+psycopg2://u@h/d', [['h', undefined, 5432]], 'd'],
    ['postgres://u@[::1]:5433/d', [['::1', undefined, 5433]], 'd'],
    ['postgres://u@%2Frun%2Fpostgresql/d', [['/run/postgresql', undefined, 5432]], 'd'],
    ['postgres://u@/d?host=/run/postgresql&port=5433', [['/run/postgresql', undefined, 5433]], 'd'],
    [
      'postgres://u@h1,h2:5433/d',
      [
        ['h1', undefined, 5432],
        ['h2', undefined, 5433],
      ],
      'd',
    ],
    [
      'host=h1,h2 port=5433 user=u',
      [
        ['h1', undefined, 5433],
        ['h2', undefined, 5433],
      ],
      'u',
    ],
    ['host=h hostaddr=10.0.0.1 dbname=d user=u', [['h', '10.0.0.1', 5432]], 'd'],
    ["host = h dbname='two words' user=u", [['h', undefined, 5432]], 'two words'],
    ['host=h dbname=a\\ b user=u', [['h', undefined, 5432]], 'a b'],
    ['postgres://u@h/a%20b', [['h', undefined, 5432]], 'a b'],
  ])('%s', (text, expected, database) => {
    expect(hosts(text)).toEqual(expected);
    expect(parse(text)).toMatchObject({ user: 'u', database });
  });

  it.each([
    ['postgres://u:p%40ss@h/d', 'p@ss'],
    ['postgres://u:p#s?s=1@h/d', 'p#s?s=1'],
    ['postgres://h/d?user=u&password=s%26cret', 's&cret'],
    ["host=h user=u password='p@ss \\'word'", "p@ss 'word"],
  ])('passwords: %s', async (text, expected) => expect(await password(text)).toBe(expected));

  it('takes from PG* what the string leaves out, and nothing that it says', async () => {
    const environment = { PGHOST: 'other', PGPORT: '6000', PGUSER: 'me', PGPASSWORD: 'pw', PGSSLMODE: 'require', PGTZ: 'UTC' };
    expect(hosts('host=h', environment)).toEqual([['h', undefined, 6000]]);
    expect(hosts('postgres:///d', environment)).toEqual([['other', undefined, 6000]]);
    expect(parse('postgres:///d', environment)).toMatchObject({
      user: 'me',
      tls: { mode: 'require' },
      options: '-c timezone=UTC',
    });
    expect(await password('postgres://h/d', environment)).toBe('pw');
  });

  it('a service stands between the string and the variables', () => {
    const file = join(place.directory, 'services');
    writeFileSync(file, '# ours\n[other]\nhost=no\n[prod]\nhost=db.internal\nport=5444\ndbname=orders\nsslmode=require\n');
    const environment = { PGSERVICEFILE: file, PGPORT: '1' };
    expect(hosts('service=prod', environment)).toEqual([['db.internal', undefined, 5444]]);
    expect(hosts('postgres://u@h/?service=prod', environment)).toEqual([['h', undefined, 5444]]);
    expect(parse('port=2', { ...environment, PGSERVICE: 'prod' }).hosts[0]!.port).toBe(2);
    expect(() => parse('service=nowhere', environment)).toThrow(/a service that none of .*services/);
  });

  it('a password file that only its owner may read', async () => {
    const file = join(place.directory, '.pgpass');
    writeFileSync(file, '# ours\nother:*:*:*:no\nh:5432:d:u:it\\:s\\\\me\n*:*:*:u:fallback\n', { mode: 0o600 });
    expect(await password('postgres://u@h/d')).toBe('it:s\\me');
    expect(await password('postgres://u@h/e')).toBe('fallback');
    expect(await password('postgres://v@h/e')).toBeUndefined();
    chmodSync(file, 0o644);
    expect(await password('postgres://u@h/d')).toBeUndefined();
  });
});

describe('spellings of others', () => {
  it.each([
    ['schema=app', '-c search_path="app"'],
    ['schema=My%20App', '-c search_path="My\\ App"'],
    ['search_path=app,public', '-c search_path=app,public'],
    ['search_path=a,%20b', '-c search_path=a,\\ b'],
    ['currentSchema=app', '-c search_path=app'],
    ['schema_search_path=app', '-c search_path=app'],
    ['options[search_path]=app', '-c search_path=app'],
    ['options=-c%20work_mem=1MB&schema=app', '-c work_mem=1MB -c search_path="app"'],
    ['TimeZone=UTC&role=owner', '-c timezone=UTC -c role=owner'],
    ['connection_limit=1&pool_timeout=0&pgbouncer=true&x-migrations-table=t&ApplicationName=a&prepareThreshold=0', ''],
  ])('%s', (query, options) => expect(parse(`postgres://u@h/d?${query}`).options).toBe(options));

  it.each([
    ['', { mode: 'prefer' }],
    ['sslmode=no-verify', { mode: 'require', unverified: true }],
    ['ssl=true', { mode: 'verify-full', systemRoots: true }],
    ['ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory', { mode: 'require', unverified: true }],
    ['ssl=true&sslmode=require', { mode: 'require', unverified: false }],
    ['ssl=0', { mode: 'disable' }],
    ['sslmode=require&sslaccept=accept_invalid_certs', { mode: 'require', unverified: true }],
    ['sslmode=require&sslaccept=strict&sslcert=/ca.pem', { mode: 'verify-full', root: '/ca.pem', certificate: undefined }],
    ['sslrootcert=system', { mode: 'verify-full', root: 'system' }],
    ['ssl-mode=verify-ca&ssl-ca=/ca.pem', { mode: 'verify-ca', root: '/ca.pem' }],
  ])('TLS: %s', (query, tls) => expect(parse(`postgres://u@h/d?${query}`).tls).toMatchObject(tls));

  it('targetServerType and loadBalanceHosts', () => {
    expect(parse('jdbc:postgresql://a,b/d?targetServerType=preferSecondary&loadBalanceHosts=true')).toMatchObject({
      attributes: 'prefer-standby',
      shuffled: true,
    });
  });
});

describe('what is refused, by name', () => {
  it.each([
    ['postgres://u@h/d?sslmod=require', 'the parameter sslmod, which is not known: did you mean sslmode?'],
    ['host=h dbnam=d', 'the parameter dbnam, which is not known: did you mean dbname?'],
    ['postgres://u@h/d?foo=bar', 'the parameter foo, which is not known: take it out'],
    ['postgres://u@h/d?sslmode=bogus', 'sslmode that is none of disable, allow, prefer, require, verify-ca, verify-full'],
    ['postgres://u@h/d?sslmode=require&sslrootcert=system', 'sslrootcert=system, which needs sslmode=verify-full'],
    ['postgres://u@h/d?sslnegotiation=direct', 'sslnegotiation=direct, which needs sslmode=require'],
    ['postgres://u@h1,h2/d?port=1,2,3', '3 ports for 2 hosts'],
    ['host=a,b hostaddr=10.0.0.1', '2 names in host and 1 addresses in hostaddr'],
    ['postgres://u@h/d?target_session_attrs=writable', 'target_session_attrs that is none of'],
    ['postgres://u@h/d?gssencmode=require', 'gssencmode=require'],
    ['postgres://u@h/d?requirepeer=postgres', 'requirepeer'],
    ['postgres://u@h/d?replication=database', 'replication'],
    ['jdbc:postgresql:///d?socketFactory=com.google.cloud.sql.postgres.SocketFactory', 'socketFactory'],
    ['postgres://u@h:99999/d', 'a port that is not a number'],
    ['mysql://u@h/d', 'expected postgres://'],
  ])('%s', (text, message) => expect(() => parse(text)).toThrow(message));
});

describe('a password that was not escaped', () => {
  const PIECES = /s3cret|Tail|wonder/;
  it.each([
    'postgres://app:s3cret@Tail#wonder@127.0.0.1/d',
    'postgres://app:s3cret@Tail@db/d',
    'postgres://app:s3cret/Tail@db/d',
    'postgres://app:12/Tail@db/d',
    'postgres://app:12/Tail?wonder=1@db/d',
    'postgres://app:s3cret@Tail/wonder@db/d',
    'postgres://app:s3cret@12?Tail=1@db/d',
    'postgres://app:s3cret@db:wonder/d',
    'postgres://app:s3cret%Tail@db/d',
    'postgres://db/d?user=u&password=s3cret&Tail=1',
    'postgres://db/d?user=u&password=s3cret&wonder',
    'host=db password=s3cret Tail=wonder',
    'host=db password=s3cret Tail',
    "host=db password='s3cret'Tail",
    "host='db;Tail' user=u",
  ])('%s is refused, and no piece of it is shown', (text) => {
    const attempt = (): unknown => parse(text);
    expect(attempt).toThrow();
    expect(attempt).not.toThrow(PIECES);
  });
});

it('names database and host, and nothing of the login', () => {
  const address = asRole(parse('postgres://u:hunter2@h1,h2:5433/d'), 'owner');
  expect(describeAddress(address)).toBe('d on h1, h2:5433');
  expect(JSON.stringify(address)).not.toContain('hunter2');
  expect(address.options).toBe('-c role=owner');
});
