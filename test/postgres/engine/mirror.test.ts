import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyPending } from '../../../src/engine/acts/apply.js';
import { rollbackNewest } from '../../../src/engine/acts/rollback.js';
import { skipMigration } from '../../../src/engine/acts/decide.js';
import { amendLedger } from '../../../src/engine/acts/amend.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { begin, deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const files = (...versions: number[]) => stageOf(versions.map((n) => migration(String(n), `create table t${n} ();`)));
const mirroring = (from: string, more = {}) => targetOf(database, { adopt: { from, mirror: true, ...more } });
const COUNTER = `create table t1 (); create table schema_migrations (version bigint primary key, dirty boolean not null);
  insert into schema_migrations values (1, false)`;
const counter = () => database.query('select version, dirty from schema_migrations');
const SET = `create table t1 (); create table schema_migrations (version varchar primary key); insert into schema_migrations values ('1')`;
const set = async () => (await database.query('select version from schema_migrations order by 1')).map(({ version }) => version);

describe('mirror: true', () => {
  it('commits the row of the old tool with the migration, or neither', async () => {
    await database.query(SET);
    const broken = stageOf([
      ...files(1, 2).migrations,
      migration('3', `create table t3 (); select 1 / 0;`),
      ...files(4).migrations,
    ]);
    await expect(deployAll(mirroring('dbmate'), [broken])).rejects.toMatchObject({ code: 'SQL_FAILED' });
    expect(await set()).toEqual(['1', '2']);
    await deployAll(mirroring('dbmate'), [files(1, 2, 3, 4)]);
    expect(await set()).toEqual(['1', '2', '3', '4']);
  });

  it('writes the row after the last statement outside of transactions', async () => {
    await database.query(SET);
    const online = [files(1).migrations[0]!, migration('2', 'create table t2 (id int); create index concurrently i on t2 (id);')];
    await deployAll(mirroring('dbmate'), [stageOf(online)]);
    expect(await set()).toEqual(['1', '2']);
  });

  it('does not turn a counter back for a late file, and does for a rollback', async () => {
    await database.query(COUNTER);
    const target = mirroring('golang-migrate');
    const down = { path: 'm/3.down.sql', sql: 'drop table t3;' };
    const three = migration('3', 'create table t3 ();', { down });
    await deployAll(target, [stageOf([...files(1).migrations, three])]);
    expect(await counter()).toEqual([{ version: '3', dirty: false }]);
    const { owner } = await begin(target, [stageOf([...files(1).migrations, three])]);
    await rollbackNewest(target, owner, [stageOf([...files(1).migrations, three])], { by: 'ana' }, recorder());
    expect(await counter()).toEqual([{ version: '1', dirty: false }]);
    await deployAll(target, [stageOf([...files(1).migrations, three])]);
    await deployAll(target, [stageOf([...files(1, 2).migrations, three])]);
    expect(await counter()).toEqual([{ version: '3', dirty: false }]);
  });

  it('follows what a person changes in the ledger', async () => {
    await database.query(SET);
    const target = mirroring('dbmate');
    const stages = [files(1, 2, 3)];
    const { owner } = await begin(target, stages);
    const decision = { by: 'ana', reason: 'is there' };
    await amendLedger(target, owner, stages, { amendment: 'mark-applied', version: '2', ...decision }, recorder());
    const { epoch } = await skipMigration(target, owner, stages, { version: '3', ...decision }, recorder());
    expect(await set()).toEqual(['1', '2', '3']);
    await amendLedger(target, { ...owner, epoch }, stages, { amendment: 'forget', version: '2', ...decision }, recorder());
    expect(await set()).toEqual(['1', '3']);
  });

  it('takes a squashed file for the old ones', async () => {
    await database.query(SET);
    const target = mirroring('dbmate');
    await deployAll(target, [files(1, 2, 3)]);
    const squashed = migration('3', '-- pawl:squashes 1 2 3\nselect 1;', {
      name: '3_squashed.sql',
      directives: [{ name: 'squashes', argument: '1 2 3', line: 1 }],
    });
    await begin(target, [stageOf([squashed])]);
    expect(await set()).toEqual(['3']);
  });

  it('leaves constraint files to Pawl', async () => {
    await database.query(SET);
    const constraint = migration('2', 'alter table t1 add constraint c check (true);');
    const target = mirroring('dbmate');
    await deployAll(target, [files(1), stageOf([constraint], 'constraints')]);
    expect(await set()).toEqual(['1']);
  });

  it.each([
    ['a number', 'id int, file text', `(1, '1.sql')`, { version: 'id', name: 'file' }, [{ id: 2, file: '2.sql' }]],
    ['a name', 'file text', `('1.sql')`, { version: 'file' }, [{ file: '2.sql' }]],
  ])('writes any table whose version is %s as its other rows are', async (_kind, shape, row, columns, expected) => {
    await database.query(`create table t1 (); create table mine (${shape}); insert into mine values ${row}`);
    await deployAll(mirroring('table', { table: 'mine', columns }), [files(1, 2)]);
    expect(await database.query('select * from mine offset 1')).toEqual(expected);
  });

  it("writes Directus' table as its documentation has it", async () => {
    await database.query(`create table directus_migrations (version varchar(255) primary key, name varchar(255) not null, timestamp timestamptz default now());
      insert into directus_migrations (version, name) values ('20240101A', 'Own Of Directus'), ('20240102A', 'First Of Ours'); create table t1 ();`);
    const ours = ['20240102A-first-of-ours', '20240103A-second-of-ours'].map((name, n) =>
      migration(name.split('-')[0]!, `create table t${n + 1} ();`, { name: `${name}.sql` }),
    );
    await deployAll(mirroring('directus'), [stageOf(ours)]);
    expect(await database.query('select version, name from directus_migrations order by 1 offset 2')).toEqual([
      { version: '20240103A', name: 'Second Of Ours' },
    ]);
  });

  it("writes Ecto's table as its source has it", async () => {
    await database.query(
      `create table t1 (); create table schema_migrations (version bigint primary key, inserted_at timestamp(0)); insert into schema_migrations values (1, now())`,
    );
    await deployAll(mirroring('ecto'), [files(1, 2)]);
    expect(await database.query('select version, inserted_at is not null as at from schema_migrations offset 1')).toEqual([
      { version: '2', at: true },
    ]);
  });

  it('refuses a tool whose rows cannot be made, by name', async () => {
    await database.query(
      `create table t1 (); create table alembic_version (version_num varchar(32) primary key); insert into alembic_version values ('1')`,
    );
    await expect(begin(mirroring('auto'), [files(1)])).rejects.toMatchObject({
      code: 'LEGACY_UNSUPPORTED',
      message: expect.stringMatching(/adopt\.mirror: the tracker of alembic cannot be mirrored.*alembic stamp heads/) as string,
    });
  });

  it('says so when the tracker is gone', async () => {
    await database.query(SET);
    await deployAll(mirroring('dbmate'), [files(1)]);
    await database.query('drop table schema_migrations');
    await expect(begin(mirroring('dbmate'), [files(1, 2)])).rejects.toMatchObject({
      code: 'LEGACY_MISSING',
      message: expect.stringMatching(/is gone and cannot be written/) as string,
    });
  });
});

describe('a tool that runs on after its tracker was adopted', () => {
  it('is found before its work is done again', async () => {
    await database.query(SET);
    const target = targetOf(database, { adopt: { from: 'dbmate' } });
    await deployAll(target, [files(1)]);
    await database.query(`create table t2 (); insert into schema_migrations values ('2')`);
    await expect(begin(target, [files(1, 2)])).rejects.toMatchObject({
      code: 'LEGACY_DIVERGED',
      message: expect.stringMatching(/m\/2\.sql \(version 2\).*dbmate has run since/) as string,
    });
    expect((await begin(targetOf(database, { adopt: { from: 'dbmate', pending: ['2'] } }), [files(1, 2)])).adopted).toBe(0);
  });

  it('that fails half-way is told of; where its tracker is written too, nothing runs', async () => {
    await database.query(COUNTER);
    const target = targetOf(database, { adopt: { from: 'golang-migrate' } });
    await deployAll(target, [files(1)]);
    await database.query('update schema_migrations set dirty = true');
    expect((await planTarget(target, [files(1)])).findings).toMatchObject([{ code: 'LEGACY_DIRTY', severity: 'warning' }]);
    await expect(begin(mirroring('golang-migrate'), [files(1)])).rejects.toMatchObject({ code: 'LEGACY_DIRTY' });
  });

  it('is not blamed for what a person takes out of the ledger, nor for what was skipped', async () => {
    await database.query(`create table t2 (); ${COUNTER.replace('(1, false)', '(2, false)').replace('t1', 't0')}`);
    const target = targetOf(database, { adopt: { from: 'golang-migrate' } });
    const stages = [files(1, 2)];
    const { owner } = await begin({ ...target, adopt: { ...target.adopt!, pending: ['1'] } }, stages);
    const forget = { amendment: 'forget', version: '2', by: 'ana', reason: 'again' } as const;
    await amendLedger(target, owner, stages, forget, recorder());
    await database.query('drop table t2');
    const next = await begin(target, stages);
    const request = { target, owner: next.owner, stage: stages[0]!, after: next.position, limit: 9, milliseconds: 9_000 };
    expect((await applyPending(request, recorder())).applied.map(({ version }) => version)).toEqual(['1', '2']);
  });
});
