import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Migration } from '../../../src/engine/files/migration.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, stageOf, targetOf } from '../../support/engine.js';
import { discover } from '../../support/migration-directory.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const deploy = (...files: Migration[]) => deployAll(targetOf(database), [stageOf(files)]);
const LINES = 20_000;
const inserts = (more = ''): string =>
  `create table rows (id int, note text);\n${Array.from({ length: LINES }, (_, n) => `insert into rows values (${n}, 'größer; und länger, damit es viele Zeichen sind ${n}');\n`).join('')}${more}`;

describe('a large file', () => {
  it('is one transaction of several messages, and the one after it goes on', async () => {
    await deploy(migration('1', inserts()), migration('2', 'create table after as select count(*)::int as n from rows;'));
    expect(await database.query('select n from after')).toEqual([{ n: LINES }]);
  });

  it('that fails at its end is rolled back whole, and the error points at the line', async () => {
    await expect(deploy(migration('1', inserts('\n  select missing from rows;')))).rejects.toMatchObject({
      sqlstate: '42703',
      place: { file: 'm/1.sql', line: LINES + 3, column: 10 },
    });
    expect(await database.query(`select to_regclass('rows') as r`)).toEqual([{ r: null }]);
  });

  it('of several transactions has one entry in the journal for each, and resumes behind them', async () => {
    const index = 'create index concurrently on rows (id);';
    await expect(deploy(migration('1', inserts(`${index} select 1 / 0;`)))).rejects.toMatchObject({ sqlstate: '22012' });
    expect(await database.query('select statement, state from pawl.intents order by 1')).toEqual([
      { statement: 0, state: 'done' },
      { statement: LINES + 1, state: 'done' },
    ]);
    await deploy(migration('1', inserts(`${index} insert into rows values (-1);`)));
    expect(await database.query('select count(*)::int as n from rows')).toEqual([{ n: LINES + 1 }]);
  });

  it('may be one statement', async () => {
    const values = Array.from({ length: 150_000 }, (_, n) => `(${n}, 'é')`).join(',\n');
    await deploy(migration('1', `create table rows (id int, note text); insert into rows values ${values};`));
    expect(await database.query('select count(*)::int as n from rows')).toEqual([{ n: 150_000 }]);
  });
});

describe('COPY FROM stdin with its data in the file', () => {
  const dump = (rows: string, more = ''): Record<string, string> => ({
    '1_seed.sql': `\\restrict x\ncreate table seed (id int, note text);\n\nCOPY seed (id, note) FROM stdin;\n${rows}\\.\n\nCOPY seed FROM stdin WITH (format csv);\n7,"a;b"\n\\.\n${more}\\unrestrict x\n`,
  });
  const filesOf = async (files: Record<string, string>): Promise<Migration[]> => {
    const { migrations, faults } = await discover(files);
    expect(faults).toEqual([]);
    return migrations;
  };

  it('runs as pg_dump writes it', async () => {
    await deploy(...(await filesOf(dump("1\tit's; --\n2\t\\N\n"))));
    expect(await database.query('select id, note from seed order by id')).toEqual([
      { id: 1, note: "it's; --" },
      { id: 2, note: null },
      { id: 7, note: 'a;b' },
    ]);
  });

  it('streams data of any size, among statements that cannot be in a transaction', async () => {
    const rows = Array.from({ length: 100_000 }, (_, n) => `${n}\t${'😀é'.repeat(8)}\n`).join('');
    await deploy(
      ...(await filesOf(dump(rows, 'create index concurrently on seed (id);\nCOPY seed FROM stdin;\n8\tlast\n\\.\n'))),
    );
    expect(await database.query(`select count(*)::int as n, max(note) filter (where id = 8) as last from seed`)).toEqual([
      { n: 100_002, last: '😀é'.repeat(8) },
    ]);
  });

  it('that fails is rolled back, and the error points at the COPY', async () => {
    await expect(deploy(...(await filesOf(dump('1\ta\nx\tb\n'))))).rejects.toMatchObject({
      sqlstate: '22P02',
      verdict: 'blocked',
      place: { line: 4, column: 1 },
    });
    expect(await database.query(`select to_regclass('seed') as s`)).toEqual([{ s: null }]);
  });

  it('without data is refused before anything runs', async () => {
    const { findings } = await planTarget(targetOf(database), [
      stageOf([migration('1', 'create table a ();\ncopy a from stdin;')]),
    ]);
    expect(findings).toMatchObject([{ code: 'SQL_COPY_WITHOUT_DATA', place: { file: 'm/1.sql', line: 2, column: 1 } }]);
  });

  it('counts with its data: another row in an applied file is an edit', async () => {
    await deploy(...(await filesOf(dump('1\ta\n'))));
    const edited = await filesOf(dump('1\tb\n'));
    const { findings } = await planTarget(targetOf(database), [stageOf(edited)]);
    expect(findings).toMatchObject([{ code: 'LEDGER_EDITED' }]);
  });
});
