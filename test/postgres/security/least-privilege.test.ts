import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { amendLedger } from '../../../src/engine/acts/amend.js';
import { breakLock, lockStatus } from '../../../src/engine/acts/break-lock.js';
import { recordDecision } from '../../../src/engine/acts/decide.js';
import { finishDeploy } from '../../../src/engine/acts/finish.js';
import { rollbackNewest } from '../../../src/engine/acts/rollback.js';
import { awaitApplied } from '../../../src/engine/ledger/await.js';
import { readDeploys, readLog } from '../../../src/engine/ledger/log.js';
import { grantOf, missingRights, readRightsPlace, rightsOf, type Part, type Right } from '../../../src/engine/ledger/rights.js';
import { tryLock } from '../../../src/engine/lease/lock.js';
import { connect } from '../../../src/engine/postgres/connect.js';
import { readable } from '../../../src/engine/ledger/readable.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { verifyTarget } from '../../../src/engine/plan/verify.js';
import { read } from '../../../src/engine/postgres/read.js';
import { grantsScript } from '../../../src/cli/view/grants.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';

let tests = 0;
let database: TestDatabase;
let role: string;
let url: string;
beforeEach(async () => {
  database = await createTestDatabase();
  tests += 1;
  role = `least_${process.pid}_${tests}`;
  url = Object.assign(new URL(database.url), { username: role, password: 'least' }).href;
  await database.query(`create role ${role} login password 'least';
    revoke all on schema public from public; revoke all on database ${database.name} from public`);
});
afterEach(async () => {
  await database.query(`drop owned by ${role} cascade; drop role ${role}`);
  await database.drop();
});

const before = migration('1', 'create table a (id int);', { checksum: 'another one' });
const files = [
  before,
  migration('2', 'create table b (id int);'),
  migration('3', 'create index concurrently i on b (id);'),
  migration('4', 'create table c (id int);', { down: { path: 'm/4.down.sql', sql: 'drop table c' } }),
];

/** What each part does, as the role. */
const WORK: Record<Exclude<Part, 'approver'>, () => Promise<unknown>> = {
  async deployer() {
    const target = targetOf({ url });
    const stages = [stageOf(files)];
    const { owner } = await deployAll(target, stages);
    const decision = { by: 'ann', reason: 'test' };
    await recordDecision(target, owner, { kind: 'operator.approve', ...decision }, 'once', recorder());
    await rollbackNewest(target, owner, stages, decision, recorder());
    await amendLedger(
      target,
      owner,
      [stageOf([migration('1', 'create table a (id int) ;')])],
      { amendment: 'accept', version: '1', ...decision },
      recorder(),
    );
    await finishDeploy(target, owner, { outcome: 'done', by: 'ann' }, recorder());
  },
  async reader() {
    const target = targetOf({ url });
    await planTarget(target, [stageOf(files)]);
    await lockStatus(target);
    await verifyTarget(target, [stageOf(files)]);
    await read(url, 'pawl:log', (client) =>
      readable(client, 'pawl', async () => [await readLog(client, 'pawl', 10), await readDeploys(client, 'pawl', 10)]),
    );
  },
  dependent: () => awaitApplied({ url, ledger: 'pawl', versions: ['1'], within: 0 }),
};

const placeNow = () => read(database.url, 'test', (client) => readRightsPlace(client, 'pawl'));
const missing = (rights: readonly Right[]) => read(database.url, 'test', (client) => missingRights(client, role, rights));
/** What only a backfill touches is left alone by a deploy that has none. */
const wanted = (part: Part) =>
  rightsOf(part, { database: 'x', schema: 'public', ledger: 'pawl', state: 'tables' })
    .filter(({ object }) => !object.endsWith('\"backfills\"'))
    .map(
      ({ on, object, privilege }) =>
        [`${privilege} on ${on === 'database' ? 'the database' : object}`, on, privilege, object] as const,
    );

describe.each(Object.entries(WORK) as [keyof typeof WORK, () => Promise<unknown>][])('a %s', (part, work) => {
  const grantAll = async (): Promise<Right[]> => {
    await deployAll(targetOf(database), [stageOf([migration('1', 'create table a (id int);')])]);
    await database.query('update pawl.lease set released_at = now()');
    const rights = rightsOf(part, await placeNow());
    await database.query(grantsScript('orders', [{ part, role, rights }], await placeNow()));
    return rights;
  };

  it('works with exactly what the script gives, and the check finds nothing missing', async () => {
    const rights = await grantAll();
    expect(await missing(rights)).toEqual([]);
    await work();
  });

  it.each(wanted(part))('without %s it says what is missing', async (_, on, privilege, object) => {
    const rights = await grantAll();
    const lost = rights.find(
      (right) => right.on === on && right.privilege === privilege && (on === 'database' || right.object === object),
    )!;
    await database.query(grantOf(lost, role).replace('GRANT', 'REVOKE').replace(' TO ', ' FROM '));
    expect(await missing(rights)).toEqual([lost]);
    const error = await work().then(
      () => expect.fail(`it works without ${grantOf(lost, role)}`),
      (failure: unknown) => failure as { code: string; message: string; next: string },
    );
    const name = on === 'database' ? database.name : object.split('.').at(-1)!.replaceAll('"', '');
    expect(error.message).toMatch(
      new RegExp(`permission denied for (?:table|schema|database) "?${name}\\b|no schema has been selected to create in`),
    );
    expect(error.code).toMatch(/^(CONNECT_PERMISSION|CONNECT_FAILED|SQL_FAILED)$/);
    expect(`${error.message} ${error.next}`).toMatch(
      /pawl grants|CONNECT on the database|Grant the right|grant USAGE|GRANT SELECT/,
    );
  });
});

it.each(['deployer', 'reader', 'dependent'] as const)('a role without any right finds out what a %s needs', async (part) => {
  await deployAll(targetOf(database), [stageOf([])]);
  await database.query(`grant connect on database ${database.name} to ${role}`);
  const lacks = await read(url, 'test', async (client) =>
    missingRights(client, role, rightsOf(part, { ...(await readRightsPlace(client, 'pawl')), schema: 'public' })),
  );
  const rights = rightsOf(part, { ...(await placeNow()), schema: 'public' });
  expect(lacks).toEqual(rights.filter(({ privilege }) => privilege !== 'CONNECT'));
});

describe('a user who may not end the session that holds the lock', () => {
  it('hears so, and who it is', async () => {
    await deployAll(targetOf(database), [stageOf([])]);
    const place = await placeNow();
    await database.query(grantsScript('orders', [{ part: 'deployer', role, rights: rightsOf('deployer', place) }], place));
    const session = await connect({ url: database.url, application: 'somebody', lockTimeout: 500 });
    try {
      expect(await tryLock(session.client, 'pawl')).toBe(true);
      await expect(breakLock(targetOf({ url }), { by: 'ann', reason: 'gone' })).rejects.toMatchObject({
        code: 'CONNECT_PERMISSION',
        message: expect.stringMatching(/may not end session \d+ \(somebody, user \w+\)/) as string,
        next: expect.stringContaining('GRANT pg_signal_backend') as string,
      });
    } finally {
      await session.close();
    }
  });
});

describe('before the first deploy', () => {
  it('the script makes the schema of the ledger, and the deployer needs no CREATE on the database', async () => {
    const place = await placeNow();
    expect(place.state).toBe('none');
    const rights = rightsOf('deployer', place);
    expect(await missing(rights)).toEqual(rights);
    await database.query(grantsScript('orders', [{ part: 'deployer', role, rights }], place));
    const after = await placeNow();
    expect(after.state).toBe('schema');
    expect(await missing(rightsOf('deployer', after))).toEqual([]);
    await deployAll(targetOf({ url }), [stageOf(files.slice(1))]);
    expect(await missing(rightsOf('deployer', await placeNow()))).toEqual([]);
    expect(await database.query(`select has_database_privilege('${role}', current_database(), 'create') as may`)).toEqual([
      { may: false },
    ]);
  });

  it('the script runs whole, whichever roles it is for, and says what has to wait', async () => {
    for (const state of ['none', 'schema']) {
      const place = await placeNow();
      expect(place.state).toBe(state);
      for (const parts of [['reader'], ['deployer', 'reader', 'dependent', 'approver']] as Part[][]) {
        const script = grantsScript(
          'orders',
          parts.map((part) => ({ part, role, rights: rightsOf(part, place) })),
          place,
        );
        await database.query(script);
        expect(script).toMatch(/first deploy[^]*^-- GRANT SELECT ON TABLE "pawl"\."ledger" TO/m);
      }
    }
  });

  it('a role that is not there is told from one without rights', async () => {
    expect(await read(database.url, 'test', (client) => missingRights(client, 'nobody_here', []))).toBeUndefined();
  });
});
