import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadGrammar } from '../../../src/engine/files/statements.js';
import type { Migration } from '../../../src/engine/files/migration.js';
import { readDirectives } from '../../../src/engine/files/directives.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { verifyTarget } from '../../../src/engine/plan/verify.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  await loadGrammar();
  database = await createTestDatabase();
  await database.query(`create table account (email text, balance numeric); insert into account values ('a', 100), ('a', 100);
    create table log (n int); create type mood as enum ('calm');`);
});
afterEach(() => database.drop());

const BROKEN = 'insert into log select 1 / 0;';
const LOG = (n: number): string => `insert into log values (${n});`;
/** Statements of each kind of segment; what each leaves is counted by its log line or its index. */
const HEADS = {
  'a transaction before a concurrent index': [LOG(1), 'create index concurrently account_balance on account (balance);'],
  'a concurrent index': ['create index concurrently account_balance on account (balance);'],
  'an enum label that is used': [`alter type mood add value 'wild';`],
  'a setting of the session': [
    'set search_path = public, pg_catalog;',
    'create index concurrently account_balance on account (balance);',
  ],
  'statements each on their own': ['-- pawl:no-transaction\n' + LOG(1), LOG(2)],
  'a VACUUM': [LOG(1), 'vacuum account;'],
} as const;
const TAILS = {
  'an ordinary statement': [LOG(9)],
  nothing: [],
  'a concurrent index': ['create index concurrently account_email on account (email);', LOG(9)],
  'a label and its use': [`alter type mood add value 'late';`, `insert into log select 9 where 'late'::mood is not null;`],
  'a setting and a statement': ['set work_mem = 99999;', LOG(9)],
  'the old use of a label': [`insert into log select 9 where 'wild' <> '';`],
} as const;

function fileOf(...statements: readonly string[]): Migration {
  const sql = statements.join('\n');
  const { directives } = readDirectives(sql, 'm/1.sql');
  const none = directives.some(({ name }) => name === 'no-transaction');
  return migration('1', sql, { directives, transaction: none ? 'none' : 'auto' });
}

const deploy = (file: Migration) => deployAll(targetOf(database), [stageOf([file])]);
const logged = async (): Promise<number[]> =>
  (await database.query<{ n: number }>('select n from log order by n')).map(({ n }) => n);
const journal = () => database.query('select version, statement from pawl.intents');

describe('a half applied migration whose file is edited after what is committed', () => {
  const cases = Object.entries(HEADS).flatMap(([head, first]) =>
    Object.entries(TAILS).map(([tail, rest]) => [head, tail, first, rest] as const),
  );

  it.each(cases)('%s, then %s: what is committed is not run again, what is not is run', async (_head, _tail, first, rest) => {
    await expect(deploy(fileOf(...first, `insert into log select 1 / 0 where 'wild' <> '';`))).rejects.toMatchObject({
      sqlstate: '22012',
    });
    const before = await logged();
    await deploy(fileOf(...first, ...rest));
    const wanted = rest.some((statement) => statement.includes('9')) ? [...before, 9] : before;
    expect(await logged()).toEqual(wanted);
    expect(await journal()).toEqual([]);
    expect(await database.query('select version from pawl.applied_migrations')).toEqual([{ version: '1' }]);
    expect(await database.query('select from pg_index where not indisvalid')).toEqual([]);
  });

  it('the index that failed may go: the UPDATE before it is not run twice', async () => {
    const update = 'update account set balance = balance * 1.1;';
    const failing = fileOf(update, 'create unique index concurrently account_email on account (email);');
    await expect(deploy(failing)).rejects.toMatchObject({ sqlstate: '23505' });
    await deploy(fileOf(update));
    expect(await database.query('select distinct balance::text from account')).toEqual([{ balance: '110.0' }]);
    expect(await journal()).toEqual([]);
  });

  it('the directive may go: what came after the failure is run', async () => {
    const first = fileOf('-- pawl:no-transaction\nalter table account add a int;', 'alter table acount add b int;');
    await expect(deploy(first)).rejects.toMatchObject({ sqlstate: '42P01' });
    await deploy(fileOf('alter table account add a int;', 'alter table account add b int;'));
    expect(
      await database.query(`select attname from pg_attribute where attrelid = 'account'::regclass and attnum > 2 order by 1`),
    ).toEqual([{ attname: 'a' }, { attname: 'b' }]);
  });

  it('comments and white space of what is committed may change', async () => {
    const index = 'create index concurrently account_balance on account (balance);';
    await expect(deploy(fileOf(`insert into log values (1);`, index, BROKEN))).rejects.toMatchObject({ sqlstate: '22012' });
    await deploy(fileOf('-- why\ninsert  into log /* a /* b */ */\n values (1);', '\n\n', index, LOG(9)));
    expect(await logged()).toEqual([1, 9]);
  });

  it('settings of committed statements hold for those after them', async () => {
    await database.query('create schema app');
    const head = [
      'create table first (id int);',
      `select set_config('search_path', 'app', false);`,
      'set role none;',
      'create table second (id int);',
    ];
    const rest = ['create index concurrently on second (id);'];
    await expect(deploy(fileOf(...head, ...rest, 'create table second (id int);'))).rejects.toMatchObject({ sqlstate: '42P07' });
    await deploy(fileOf(...head, ...rest, 'create table third (id int);'));
    expect(
      await database.query(`select to_regclass('app.second')::text as second, to_regclass('app.third')::text as third`),
    ).toEqual([{ second: 'app.second', third: 'app.third' }]);
  });
});

describe('a half applied migration whose file no longer begins with what is committed', () => {
  const index = 'create index concurrently account_balance on account (balance);';
  const edits: [string, string[]][] = [
    ['changed', ['insert into log values (2);', index, LOG(9)]],
    ['taken out', [index, LOG(9)]],
    ['moved', [index, LOG(1), LOG(9)]],
    ['preceded by another', ['select 1;', LOG(1), index, LOG(9)]],
    ['cut off', [LOG(1)]],
    [
      'changed within a string',
      [
        `insert into log values (1) -- it's\n;`,
        `create index concurrently account_balance on account (balance) where email <> 'a  b';`,
      ],
    ],
  ];

  it.each(edits)('a statement that is %s: refused before anything runs, with the way out', async (_how, statements) => {
    await expect(deploy(fileOf(LOG(1), index, BROKEN))).rejects.toMatchObject({ sqlstate: '22012' });
    await expect(deploy(fileOf(...statements))).rejects.toMatchObject({
      code: 'LEDGER_EDITED',
      verdict: 'refused',
      next: expect.stringMatching(/pawl ledger mark-applied 1/) as string,
    });
    expect(await logged()).toEqual([1]);
    await deploy(fileOf(LOG(1), index, LOG(9)));
    expect(await logged()).toEqual([1, 9]);
  });

  it('a repeatable one is run from its beginning, as after any edit', async () => {
    const repeatable = (...statements: string[]): Migration => ({ ...fileOf(...statements), version: 'R', repeatable: true });
    await expect(deploy(repeatable(LOG(1), index, BROKEN))).rejects.toMatchObject({ sqlstate: '22012' });
    await deploy(repeatable('drop index account_balance;', LOG(2), index, LOG(9)));
    expect(await logged()).toEqual([1, 2, 9]);
    expect(await journal()).toEqual([]);
  });
});

describe('what is told of it', () => {
  const index = 'create index concurrently account_balance on account (balance);';

  it('plan and verify say which statements are committed and where the deploy resumes', async () => {
    await expect(deploy(fileOf(LOG(1), index, BROKEN))).rejects.toMatchObject({ sqlstate: '22012' });
    const stages = [stageOf([fileOf(LOG(1), index, LOG(9))])];
    const finding = {
      severity: 'warning',
      code: 'HALF_APPLIED',
      message: 'm/1.sql is half applied: of its 3 statements the first 2 are committed',
      place: { file: 'm/1.sql', line: 3, column: 1 },
    };
    expect((await planTarget(targetOf(database), stages)).findings).toMatchObject([finding]);
    expect((await verifyTarget(targetOf(database), stages)).findings).toMatchObject([{ code: 'NOT_APPLIED' }, finding]);
    const gone = await planTarget(targetOf(database), [stageOf([migration('2', 'select 1;')])]);
    expect(gone.findings).toMatchObject([{ code: 'HALF_APPLIED', message: 'version 1 is half applied, but no file has it' }]);
  });

  it('a statement that failed and left nothing is no longer in the journal; one that was cut off is', async () => {
    await expect(deploy(fileOf('create unique index concurrently account_email on account (email);'))).rejects.toMatchObject({
      sqlstate: '23505',
    });
    expect(await journal()).toEqual([]);
  });
});
