import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseAddress } from '../../../src/config/database-address.js';
import { configSchema } from '../../../src/config/schema.js';
import { closeClient } from '../../../src/engine/postgres/close.js';
import { open } from '../../../src/engine/postgres/open.js';
import { asRole } from '../../../src/engine/address.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { parseAddress } from '../../../src/engine/postgres/address/parse-address.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { temporaryDirectory } from '../../support/directory.js';
import { deployAll, migration, stageOf, targetOf } from '../../support/engine.js';
import { waitFor } from '../../support/wait.js';

let tests = 0;
let owner: string;
let login: string;
let database: TestDatabase;
let url: string;
beforeEach(async () => {
  database = await createTestDatabase();
  tests += 1;
  [owner, login] = [`own_${process.pid}_${tests}`, `log_${process.pid}_${tests}`];
  await database.query(`create role ${owner}; create role ${login} login noinherit password 'login' in role ${owner}`);
  await database.query(`alter database ${database.name} owner to ${owner}; grant create on schema public to ${owner}`);
  url = Object.assign(new URL(database.url), { username: login, password: 'login' }).href;
});
afterEach(() => database.drop());

const stages = [
  stageOf([
    migration('1', 'create table a (id int);'),
    migration('2', 'set session authorization default; set role none; reset role; create table b (id int);'),
    migration('3', 'create index concurrently i on a (id);'),
    migration('4', 'create table c (id int);'),
  ]),
];

describe.each([
  ['role: in the configuration', () => Promise.resolve(asRole(parseAddress(url), owner))],
  [
    'ALTER ROLE ... SET role',
    async () => {
      await database.query(`alter role ${login} set role = '${owner}'`);
      return url;
    },
  ],
  ['role in the address', () => Promise.resolve(`${url}?role=${owner}`)],
])('a login with NOINHERIT: %s', (_, address) => {
  it('everything runs as the role, the ledger included', async () => {
    await deployAll(targetOf({ url: '' }, { url: await address() }), stages);
    const owners = await database.query<{ name: string; owner: string }>(
      `select relname as name, pg_get_userbyid(relowner) as owner from pg_class
       where relnamespace in ('public'::regnamespace, 'pawl'::regnamespace) and relkind in ('r', 'i', 'S')`,
    );
    expect(owners.length).toBeGreaterThan(8);
    expect(owners.filter((row) => row.owner !== owner)).toEqual([]);
    expect(await database.query('select version from pawl.applied_migrations order by version')).toHaveLength(4);
  });
});

it('a role that the user is no member of is named as what to grant', async () => {
  await expect(open(asRole(parseAddress(url), 'postgres'), 'pawl:test')).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    verdict: 'refused',
    next: expect.stringContaining('membership in the role') as string,
  });
});

describe('a command that gives the password', () => {
  const target = (settings: object) => ({
    name: 'orders',
    environment: undefined,
    target: configSchema.parse({ targets: { orders: { ...settings, stages: [{ migrate: 'm' }] } } }).targets.orders!,
  });
  const place = temporaryDirectory();
  const script = (text: string): string => {
    const path = join(place.directory, `say-${Math.random()}.sh`);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  afterAll(() => place.remove());

  it('is asked for each connection, and what it says is not kept', async () => {
    const count = join(place.directory, 'count');
    const password = { command: [script(`echo x >> ${count}; echo login`)] };
    const address = databaseAddress(target({ database: { env: 'DB' }, password }), {
      ...process.env,
      DB: url.replace(':login@', '@'),
    });
    for (let connection = 0; connection < 3; connection += 1) await closeClient(await open(address, 'pawl:test'));
    expect(readFileSync(count, 'utf8')).toBe('x\nx\nx\n');
    expect(String(JSON.stringify(address))).not.toContain('login@');
  });

  it('or the whole address', async () => {
    const address = databaseAddress(target({ database: { command: [script(`echo '${url}'`)] }, role: owner }), process.env);
    const client = await open(address, 'pawl:test');
    try {
      expect((await client.query('select current_user::text as me')).rows).toEqual([{ me: owner }]);
    } finally {
      await closeClient(client);
    }
  });

  it.each([
    ['fails', 'echo hunter2; echo hunter2 >&2; exit 3', /ended with exit code 3/],
    ['says nothing', 'true', /wrote nothing/],
    ['says what is wrong', 'echo hunter2', /password authentication failed/],
    ['writes without an end', 'yes hunter2', /more than 64 KB/],
  ])('that %s is told without its output', async (_, text, message) => {
    const password = { command: [script(text), '--token', 'hunter2'] };
    const address = databaseAddress(target({ database: { env: 'DB' }, password }), { ...process.env, DB: url });
    const error = (await open(address, 'pawl:test').catch((failure: unknown) => failure)) as Error & { next: string };
    expect(error.message).toMatch(message);
    expect(`${error.message} ${error.next} ${String(error.cause)}`).not.toContain('hunter2');
  });
});

describe('an index that a session of another role builds, of which the server tells the deployer next to nothing', () => {
  const index = 'create index concurrently slow on a (id);';

  it.each([
    ['create index', `${index}`, index],
    ['reindex', 'reindex index concurrently slow;', 'reindex index concurrently slow'],
  ])('%s is left to it', async (_, file, theirs) => {
    const target = targetOf({ url: '' }, { url: `${url}?role=${owner}` });
    await deployAll(target, [stageOf([migration('1', 'create table a (id int);')])]);
    if (theirs !== index) await database.query('create index slow on a (id)');
    const [writer, builder] = [new pg.Client(database.url), new pg.Client(database.url)];
    await Promise.all([writer.connect(), builder.connect()]);
    await writer.query('begin; lock table a in row exclusive mode');
    const built = builder.query(theirs);
    const progress = () => database.query('select from pg_stat_progress_create_index where relid = $1::regclass', ['a']);
    await waitFor(async () => (await progress()).length > 0, { what: 'the build to wait for the writer' });
    const stages = [stageOf([migration('1', 'create table a (id int);'), migration('2', file)])];
    await expect(deployAll(target, stages)).rejects.toMatchObject({
      code: 'INDEX_INVALID',
      verdict: 'retry',
      message: expect.stringContaining('is being built by session') as string,
    });
    expect((await planTarget(target, stages)).findings.map(({ code }) => code)).not.toContain('INVALID_INDEX');
    await writer.query('commit');
    await built;
    await Promise.all([writer.end(), builder.end()]);
    await deployAll(target, stages);
    expect(await database.query(`select indisvalid as valid from pg_index where indrelid = 'a'::regclass`)).toEqual([
      { valid: true },
    ]);
  });
});
