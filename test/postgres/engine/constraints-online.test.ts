import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertConstraints } from '../../../src/engine/constraints/assert.js';
import { verifyTarget } from '../../../src/engine/plan/verify.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  // What ran is what the server says that it ran.
  await database.query(
    `create schema app; create schema seen; create table seen.ddl (n int generated always as identity, query text);
     create table app."Parent" (id int primary key, code text, other int);
     create table app.child (id int primary key, parent int, n int, code text);
     create table app.parts (id int, n int) partition by range (id);
     create table app.part_1 partition of app.parts for values from (0) to (100);
     create function seen.note() returns event_trigger language plpgsql as
       $$ begin if current_query() ~* 'app\\.|"app"\\.' then insert into seen.ddl (query) values (current_query()); end if; end $$;
     create event trigger note on ddl_command_end when tag in ('CREATE INDEX', 'ALTER TABLE') execute function seen.note();`,
  );
});
afterEach(() => database.drop());

async function putOn(sql: string): Promise<{ ran: string[]; proved: number }> {
  const stage = stageOf([migration('101', sql)], 'constraints');
  const { owner } = await deployAll(targetOf(database), [stage]);
  const proved = await assertConstraints(targetOf(database), owner, stage, recorder());
  const rows = await database.query<{ query: string }>('select query from seen.ddl order by n');
  const ran = rows.map(({ query }) => /(create|alter)\b[^;]*/is.exec(query.replace(/^.*?application_name[^;]*;/s, ''))![0]);
  return { ran: ran.filter((query) => !query.includes('pg_temp')).map((query) => query.replace(/\s+/g, ' ').trim()), proved };
}

const server = async (): Promise<number> =>
  (await database.query<{ v: number }>(`select current_setting('server_version_num')::int as v`))[0]!.v;

describe('a constraint that is missing', () => {
  it('UNIQUE: a concurrent index, then USING INDEX', async () => {
    const { ran, proved } = await putOn(
      `alter table app."Parent" add constraint "Parent key" unique (code, other) include (id) with (fillfactor = 70) deferrable initially deferred;`,
    );
    expect(ran).toEqual([
      'create unique index concurrently "Parent key" on "app"."Parent" ("code", "other") include ("id") with (fillfactor = 70)',
      'alter table "app"."Parent" add constraint "Parent key" unique using index "Parent key" DEFERRABLE INITIALLY DEFERRED',
    ]);
    expect(proved).toBe(1);
    const [row] = await database.query(
      `select condeferrable, condeferred, c.reloptions from pg_constraint k join pg_class c on c.oid = k.conindid where conname = 'Parent key'`,
    );
    expect(row).toEqual({ condeferrable: true, condeferred: true, reloptions: ['fillfactor=70'] });
  });

  it('PRIMARY KEY: its columns NOT NULL first, without reading the table under the strong lock', async () => {
    await database.query('create table app.bare (a int, b int)');
    const { ran } = await putOn('alter table app.bare add constraint bare_pkey primary key (a, b);');
    expect(ran.filter((sql) => /not null|not_null/i.test(sql)).length).toBe((await server()) >= 180000 ? 4 : 8);
    expect(ran.at(-1)).toBe('alter table "app"."bare" add constraint "bare_pkey" primary key using index "bare_pkey"');
  });

  it('FOREIGN KEY and CHECK: NOT VALID, then VALIDATE; several of one ALTER TABLE by themselves', async () => {
    const { ran, proved } = await putOn(
      `alter table app.child add constraint c_parent foreign key (parent) references app."Parent" on delete cascade, -- why
         /* and */ add constraint c_n check (n > 0 and child.n < 10);`,
    );
    expect(ran).toEqual([
      'alter table "app"."child" add constraint c_parent foreign key (parent) references app."Parent" on delete cascade not valid',
      'alter table "app"."child" validate constraint "c_parent"',
      'alter table "app"."child" add constraint c_n check (n > 0 and child.n < 10) not valid',
      'alter table "app"."child" validate constraint "c_n"',
    ]);
    expect(proved).toBe(2);
  });

  it('NOT NULL: through a validated check, or from 18 on NOT VALID', async () => {
    const { ran } = await putOn('alter table app.child alter column n set not null;');
    expect(ran).toEqual(
      (await server()) >= 180000
        ? [
            'alter table "app"."child" add not null "n" not valid',
            'alter table "app"."child" validate constraint "child_n_not_null"',
          ]
        : [
            'alter table "app"."child" add constraint "pawl_not_null_3" check ("n" is not null) not valid',
            'alter table "app"."child" validate constraint "pawl_not_null_3"',
            'alter table "app"."child" alter column "n" set not null',
            'alter table "app"."child" drop constraint "pawl_not_null_3"',
          ],
    );
  });

  it('CREATE UNIQUE INDEX: concurrently', async () => {
    const { ran, proved } = await putOn('create unique index if not exists c_code on app.child (lower(code)) where n > 0;');
    expect(ran).toEqual(['create unique index concurrently c_code on app.child (lower(code)) where n > 0']);
    expect(proved).toBe(1);
  });

  it('on a partitioned table in one step, where PostgreSQL has no other way', async () => {
    const { proved } = await putOn(
      `alter table app.parts add constraint parts_pkey primary key (id); create unique index parts_n on app.parts (id, n);
       alter table app.parts add constraint parts_parent foreign key (n) references app."Parent";`,
    );
    expect(proved).toBe(3);
  });

  it('finds its tables by the search path that the file sets', async () => {
    expect((await putOn('set search_path = app; alter table child add constraint c_n check (n > 0);')).proved).toBe(1);
  });
});

describe('a constraint that is there already', () => {
  it('NOT VALID by hand: validated, not put on again', async () => {
    await database.query('alter table app.child add constraint c_n check (n > 0) not valid; truncate seen.ddl');
    const { ran } = await putOn('alter table app.child add constraint c_n check (n > 0);');
    expect(ran).toEqual(['alter table "app"."child" validate constraint "c_n"']);
  });

  it('an index of the same definition by hand: taken over by the constraint', async () => {
    await database.query('create unique index c_code on app.child (code); truncate seen.ddl');
    const { ran } = await putOn('alter table app.child add constraint c_code unique (code);');
    expect(ran).toEqual(['alter table "app"."child" add constraint "c_code" unique using index "c_code"']);
  });

  it('whole, by hand: nothing runs', async () => {
    await database.query(
      `alter table app.child add constraint c_code unique (code), add constraint c_n check (n > 0), alter column n set not null;
       create unique index c_both on app.child (code, n); truncate seen.ddl`,
    );
    const { ran, proved } = await putOn(
      `alter table app.child add constraint c_code unique (code), add constraint c_n check (n > 0);
       alter table app.child alter n set not null; create unique index c_both on app.child (code, n);`,
    );
    expect(ran).toEqual([]);
    expect(proved).toBe(4);
  });

  it('in a file that was moved here from another stage: no orphan, nothing runs', async () => {
    const file = migration('101', 'alter table app.child add constraint c_n check (n > 0);');
    await deployAll(targetOf(database), [stageOf([file]), stageOf([], 'constraints')]);
    await database.query('truncate seen.ddl');
    const moved = [stageOf([]), stageOf([file], 'constraints')];
    const { owner, outcomes } = await deployAll(targetOf(database), moved);
    expect(outcomes.flatMap(({ applied }) => applied)).toEqual([]);
    expect(await assertConstraints(targetOf(database), owner, moved[1]!, recorder())).toBe(1);
    expect((await verifyTarget(targetOf(database), moved)).findings).toEqual([]);
    expect(await database.query('select from seen.ddl')).toEqual([]);
  });
});

describe('rows that violate it', () => {
  const VIOLATIONS: [string, string, RegExp, RegExp][] = [
    [
      'unique',
      'alter table app.child add constraint c_code unique (code, n);',
      /4 rows of "app"."child" violate the constraint \(duplicates\), 2 keys \("code", "n"\): \(x, 1\), \(z, 3\)$/,
      /select "code", "n", count\(\*\) as rows from "app"."child" where .* having count\(\*\) > 1/,
    ],
    [
      'a unique index on expressions',
      'create unique index c_code on app.child (lower(code), (n + 1)) where n > 0;',
      /5 rows of "app"."child" violate the constraint \(duplicates\), 2 keys/,
      /lower\(code\)/,
    ],
    [
      'foreign key',
      'alter table app.child add constraint c_parent foreign key (parent) references app."Parent";',
      /2 rows of "app"."child" violate the constraint \(no counterpart in app."Parent"\), 2 keys \(parent\): \(8\), \(9\)$/,
      /not exists/,
    ],
    [
      'check',
      'alter table app.child add constraint c_n check (n < 3);',
      /2 rows of "app"."child" violate the constraint \(the check is false\), 2 keys \(id\): \(5\), \(6\)$/,
      /where not \(\(n < 3\)\)/,
    ],
    [
      'not null',
      'alter table app.child alter column code set not null;',
      /1 row of "app"."child" violates the constraint \(NULL in code\), 1 key \(id\): \(7\)$/,
      /"code" is null/,
    ],
    [
      'exclude',
      'alter table app.child add constraint c_pair exclude using btree (code with =, n with =);',
      /4 rows of "app"."child" violate the constraint \(excluded by another row\), 4 keys \(id\): \(1\), \(2\), \(5\), \(6\)$/,
      /operator\(pg_catalog.=\)/,
    ],
    [
      'exclude by expressions, with a condition',
      'alter table app.child add constraint c_near exclude using gist (int4range(id, id + 2) with &&) where (n > 0);',
      /6 rows of "app"."child" violate the constraint \(excluded by another row\), 6 keys \(id\)/,
      /int4range/,
    ],
  ];
  it.each(VIOLATIONS)('%s: how many, by which columns, and the query that finds them', async (_, sql, message, query) => {
    await database.query(
      `insert into app."Parent" values (1); insert into app.child values
         (1, 1, 1, 'x'), (2, 1, 1, 'x'), (3, 8, 1, 'X'), (4, 9, 1, 'y'), (5, 1, 3, 'z'), (6, 1, 3, 'z'), (7, 1, 0, null);`,
    );
    const deploy = (showValues: boolean) =>
      deployAll(targetOf(database, { showValues }), [stageOf([migration('101', sql)], 'constraints')]);
    const error = (await deploy(true).catch((failure: unknown) => failure)) as { code: string; message: string; next: string };
    expect(error).toMatchObject({ code: 'CONSTRAINT_VIOLATED', verdict: 'blocked', place: { line: 1 } });
    expect(error.message).toMatch(message);
    expect(error.next).toMatch(query);
    const listed = /: ((?:select|with) .*); Correct/.exec(error.next)![1]!;
    expect((await database.query(listed)).length).toBeGreaterThan(0);
    const silent = (await deploy(false).catch((failure: unknown) => failure)) as Error & { next: string };
    expect(silent.message).toMatch(/violates? the constraint .*\)$/);
    expect(silent.message + silent.next).not.toMatch(/lower|int4range|n [<>]/);
    const generated = /In psql this finds them: (select .*) \\gexec/.exec(silent.next)?.[1];
    if (generated !== undefined) {
      const [made] = await database.query(generated);
      expect((await database.query(String(Object.values(made!)[0]))).length).toBeGreaterThan(0);
    }
    expect(await database.query('select from pg_index where not indisvalid')).toEqual([]);
    await database.query('truncate app.child');
    await deploy(false);
  });

  it('foreign key of a partitioned table', async () => {
    await database.query(
      `create table app.lot (id int, parent int) partition by range (id); create table app.lot_1 partition of app.lot for values from (0) to (9);
       insert into app."Parent" values (1); insert into app.lot values (1, 1), (2, 8), (3, 8)`,
    );
    const file = migration(
      '101',
      'alter table app.lot add constraint p_parent foreign key (parent) references app."Parent" (id);',
    );
    await expect(deployAll(targetOf(database), [stageOf([file], 'constraints')])).rejects.toThrow(
      /2 rows of "app"."lot" violate the constraint \(no counterpart in app."Parent"\), 1 key \(parent\)$/,
    );
  });

  it('before its table is there: says to move the stage', async () => {
    const stage = stageOf([migration('101', 'alter table app.later add constraint l check (true);')], 'constraints');
    await expect(deployAll(targetOf(database), [stage])).rejects.toMatchObject({
      code: 'CONSTRAINT_NO_TABLE',
      verdict: 'blocked',
    });
    const column = stageOf([migration('101', 'alter table app.child add constraint l check (nowhere > 1);')], 'constraints');
    await expect(deployAll(targetOf(database), [column])).rejects.toMatchObject({ code: 'SQL_FAILED', sqlstate: '42703' });
  });
});
