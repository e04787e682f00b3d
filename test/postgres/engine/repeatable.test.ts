import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyPending } from '../../../src/engine/acts/apply.js';
import { skipMigration } from '../../../src/engine/acts/decide.js';
import { verifyComplete } from '../../../src/engine/acts/finish.js';
import { flywayChecksum } from '../../../src/engine/legacy/flyway-checksum.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { verifyTarget } from '../../../src/engine/plan/verify.js';
import type { MigrationStage } from '../../../src/engine/files/stage.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { begin, deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const view = (text: string) => migration('R__v', `create or replace view v as ${text};`, { name: 'R__v.sql', repeatable: true });
const files = (text: string, ...versions: number[]): MigrationStage =>
  stageOf([...versions.map((n) => migration(String(n), `create table t${n} ();`, { name: `V${n}__t.sql` })), view(text)]);
const shown = async () => (await database.query('select * from v'))[0];

describe('a repeatable migration', () => {
  it('runs again when its text changes, after the new ones, and keeps one row', async () => {
    const target = targetOf(database);
    await deployAll(target, [files('select 1 as a', 1)]);
    await deployAll(target, [files('select 1 as a', 1)]);
    const changed = files('select 2 as a', 1, 2);
    expect((await verifyTarget(target, [changed])).findings.map(({ code }) => code)).toEqual(['NOT_APPLIED', 'NOT_APPLIED']);
    expect((await planTarget({ ...target, late: 'fail' }, [changed])).findings).toEqual([]);
    const { owner } = await deployAll(target, [changed]);
    expect(await shown()).toEqual({ a: 2 });
    expect(await database.query('select version from pawl.applied_migrations order by position')).toEqual([
      { version: '1' },
      { version: '2' },
      { version: 'R__v' },
    ]);
    await verifyComplete(target, owner, [changed], recorder());
    await expect(verifyComplete(target, owner, [files('select 3 as a', 1, 2)], recorder())).rejects.toMatchObject({
      code: 'LEDGER_INCOMPLETE',
    });
  });

  it('keeps its old row when its new text fails, and can be skipped', async () => {
    const target = targetOf(database);
    await deployAll(target, [files('select 1 as a', 1)]);
    const broken = files('select 1 / 0 as a, nonsense', 1);
    const { owner, position } = await begin(target, [broken]);
    const request = { target, owner, stage: broken, after: position, limit: 9, milliseconds: 9_000 };
    await expect(applyPending(request, recorder())).rejects.toMatchObject({ code: 'SQL_FAILED' });
    expect(await database.query('select count(*)::int as count from pawl.applied_migrations')).toEqual([{ count: 2 }]);
    const decision = { version: 'R__v', by: 'ana', reason: 'later' };
    expect((await skipMigration(target, owner, [broken], decision, recorder())).outcome).toBe('skipped');
    expect((await planTarget(target, [broken])).stages[0]!.pending).toEqual([]);
  });

  it("is mirrored as Flyway's own: once, with its newest checksum", async () => {
    await database.query(
      `create table t1 (); create table flyway_schema_history (installed_rank int primary key, version varchar(50), description varchar(200), type varchar(20), script varchar(1000), checksum int, installed_by varchar(100), installed_on timestamp default now(), execution_time int, success boolean); insert into flyway_schema_history values (1, '1', 't', 'SQL', 'V1__t.sql', null, 'me', now(), 1, true)`,
    );
    const target = targetOf(database, { adopt: { from: 'flyway', mirror: true } });
    for (const text of ['select 1 as a', 'select 2 as a']) await deployAll(target, [files(text, 1)]);
    expect(await database.query('select version, script, checksum from flyway_schema_history where version is null')).toEqual([
      { version: null, script: 'R__v.sql', checksum: flywayChecksum(view('select 2 as a').sql) },
    ]);
  });
});
