import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertConstraints } from '../../../src/engine/constraints/assert.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await database.query(
    `create schema app; create table app.a (id int primary key, code text, "Odd name" int, valid tsrange); create table app.b (id int primary key, a int, n numeric)`,
  );
});
afterEach(() => database.drop());

const WANTED = [
  ['check', "alter table app.a add constraint a_code check (code in ('x', 'y') and length(code) < 10);"],
  [
    'unique',
    'alter table app.a add constraint a_key unique nulls not distinct (code, "Odd name") deferrable initially deferred;',
  ],
  ['foreign key', 'alter table app.b add constraint b_a foreign key (a) references app.a on delete set null on update cascade;'],
  [
    'foreign key with columns',
    'alter table only app.b add constraint b_a foreign key (a) references app.a (id) match full deferrable;',
  ],
  ['exclusion', 'alter table app.a add constraint a_valid exclude using gist (valid with &&);'],
  [
    'not valid, then validated',
    'alter table app.b add constraint b_n check (n > 0) not valid; alter table app.b validate constraint b_n;',
  ],
] as const;

/** NULLS NOT DISTINCT came with PostgreSQL 15. */
async function known(sql: string): Promise<string> {
  const [row] = await database.query<{ server_version_num: string }>('show server_version_num');
  return Number(row!.server_version_num) < 150_000 ? sql.replace(' nulls not distinct', '') : sql;
}

describe('the constraints stage', () => {
  it.each(WANTED)('recognises a constraint that is there already: %s', async (_, wanted) => {
    const sql = await known(wanted);
    await database.query(sql);
    const stage = stageOf([migration('101', sql)], 'constraints');
    const { owner, outcomes } = await deployAll(targetOf(database), [stage]);
    expect(outcomes[0]?.applied).toHaveLength(1);
    expect(await assertConstraints(targetOf(database), owner, stage, recorder())).toBe(1);
  });

  it.each(WANTED)('puts it on where it is missing, and proves it: %s', async (_, sql) => {
    const stage = stageOf([migration('101', await known(sql))], 'constraints');
    const { owner } = await deployAll(targetOf(database), [stage]);
    expect(await assertConstraints(targetOf(database), owner, stage, recorder())).toBe(1);
  });

  it('refuses another definition under the name and shows both', async () => {
    await database.query('alter table app.b add constraint b_n check (n > 1)');
    const stage = stageOf([migration('101', 'alter table app.b add constraint b_n check (n > 2);')], 'constraints');
    await expect(deployAll(targetOf(database), [stage])).rejects.toMatchObject({
      code: 'CONSTRAINT_CONFLICT',
      message: expect.stringMatching(/found CHECK .*\b1\b.*wanted CHECK .*\b2\b/) as string,
    });
  });

  it('finds a constraint that somebody dropped, changed or left NOT VALID', async () => {
    const stage = stageOf([migration('101', 'alter table app.b add constraint b_n check (n > 0);')], 'constraints');
    const { owner } = await deployAll(targetOf(database), [stage]);
    const proof = (): Promise<number> => assertConstraints(targetOf(database), owner, stage, recorder());
    await database.query('alter table app.b drop constraint b_n');
    await expect(proof()).rejects.toMatchObject({ code: 'CONSTRAINT_MISSING' });
    await database.query('alter table app.b add constraint b_n check (n > 0) not valid');
    await expect(proof()).rejects.toMatchObject({
      code: 'CONSTRAINT_MISSING',
      message: expect.stringMatching(/NOT VALID/) as string,
    });
    await database.query('alter table app.b drop constraint b_n; alter table app.b add constraint b_n check (n > 5)');
    await expect(proof()).rejects.toMatchObject({ code: 'CONSTRAINT_CONFLICT' });
  });

  it('wants a name', async () => {
    await expect(
      deployAll(targetOf(database), [stageOf([migration('101', 'alter table app.b add check (n > 0);')], 'constraints')]),
    ).rejects.toMatchObject({
      code: 'CONSTRAINT_UNSUPPORTED',
      place: { line: 1 },
    });
  });
});
