import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import type { CheckReport } from '../../src/check/report.js';
import { runPawl, type Outcome } from '../support/cli.js';
import { commitIn, gitIn, makeClone } from '../support/clone.js';
import { writeProject } from '../support/project.js';

const FILES = {
  'db/pawl.config.yaml': `
targets:
  shop:
    database: { env: SHOP }
    stages: [{ migrate: schema }, { constraints: constraints }, { assert: assertions }]
`,
  'db/schema/10_orders.sql': 'create table orders (id bigint primary key, code text);',
  'db/assertions/a.sql': `select to_regclass('orders') is not null;`,
  'db/constraints/101_code.sql': 'alter table orders add constraint code_short check (length(code) < 100);',
};

let project: Awaited<ReturnType<typeof writeProject>>;
beforeEach(async () => {
  project = await writeProject(FILES);
  makeClone(project.directory);
});
afterEach(() => project.remove());

const git = (...args: string[]): string => gitIn(project.directory, ...args);
const commit = (): void => commitIn(project.directory);

const write = (path: string, text: string): void => {
  mkdirSync(join(project.directory, path, '..'), { recursive: true });
  writeFileSync(join(project.directory, path), text);
};

/** Something that others have merged meanwhile. */
function merged(path: string, text: string): void {
  git('switch', '--quiet', 'main');
  write(path, text);
  commit();
  git('switch', '--quiet', 'feature');
}

const check = (...args: string[]): Promise<Outcome> =>
  runPawl(['check', '--base', 'main', ...args], {
    cwd: join(project.directory, 'db'),
    env: { PAWL_SCRATCH_DATABASE_URL: inject('postgresUrl'), SHOP: undefined },
  });

const reportOf = ({ stdout }: Outcome): CheckReport => JSON.parse(stdout) as CheckReport;

it('judges what a branch adds as one deploy on top of the base, with what was merged there meanwhile', async () => {
  merged('db/schema/20_items.sql', 'create table items (id bigint primary key);');
  write('db/schema/30_index.sql', 'create index orders_code on orders (code); alter table items add note text;');
  commit();
  write('db/schema/40_new.sql', 'create table fresh (id bigint primary key); create index on fresh (id desc);');
  const outcome = await check('--json');
  const report = reportOf(outcome);
  expect(report.migrations.map(({ path, findings }) => [path, findings.map(({ rule }) => rule)])).toEqual([
    ['schema/30_index.sql', ['IX001']],
    ['schema/40_new.sql', []],
  ]);
  expect(report).toMatchObject({ start: 'the files of main', remarks: [], repeat: { outcome: 'same' } });
  expect(outcome.code).toBe(7);
});

it('finds a version that was taken on the base meanwhile, and a file that comes before the newest there', async () => {
  merged('db/schema/30_items.sql', 'create table items (id bigint primary key);');
  write('db/schema/30_note.sql', 'alter table orders add note text;');
  write('db/schema/20_late.sql', 'alter table orders add late text;');
  const { code, stdout } = await check();
  expect(stdout).toMatch(/Version 30 is taken on main too, by schema\/30_items\.sql: schema\/30_note\.sql would never be/);
  expect(stdout).toMatch(/Give schema\/30_note\.sql a version above 101/);
  expect(stdout).toMatch(/schema\/20_late\.sql is out of order/);
  expect(code).toBe(7);
});

it('finds a file of the base that was edited, renamed or removed, and is silent about one that the base has changed', async () => {
  merged('db/constraints/101_code.sql', 'alter table orders add constraint code_short check (length(code) < 200);');
  expect((await check()).stdout).toMatch(/nothing found in 0 migrations/);
  write('db/schema/10_orders.sql', 'create table orders (id bigint primary key, code text not null);');
  expect(reportOf(await check('--json')).remarks.map((remark) => remark.code)).toEqual(['LEDGER_EDITED']);
  rmSync(join(project.directory, 'db/schema/10_orders.sql'));
  expect(reportOf(await check('--json')).remarks.map((remark) => remark.code)).toContain('ORPHAN_ROW');
  write('db/schema/10_sales.sql', FILES['db/schema/10_orders.sql']);
  expect(reportOf(await check('--json')).remarks.map((remark) => remark.code)).toEqual(['LEDGER_RENAMED']);
});

it('says what it needs of git and of the files of the base', async () => {
  const unknown = await runPawl(['check', '--base', 'origin/release'], { cwd: join(project.directory, 'db'), env: {} });
  expect(unknown.stderr).toMatch(/git rev-parse failed[\s\S]*fetch-depth: 0/);
  expect(unknown.code).toBe(4);
  merged('db/schema/20_bad.sql', 'alter table nowhere add x int;');
  const bad = await check();
  expect(bad.stderr).toMatch(/the start state cannot be made from the files of main: .*nowhere/);
  expect(bad.code).toBe(4);
});

it('takes the branch that a branch will be merged into by itself, and says so; --no-base does not', async () => {
  write('db/schema/30_index.sql', 'create index orders_code on orders (code);');
  const options = {
    cwd: join(project.directory, 'db'),
    env: { PAWL_SCRATCH_DATABASE_URL: inject('postgresUrl'), SHOP: undefined },
  };
  const own = await runPawl(['check', '--json'], options);
  expect(own.stderr.replaceAll(/\s+/g, ' ')).toContain(
    'Begins with the files of main, which this branch will be merged into; --no-base',
  );
  expect(reportOf(own).migrations.map(({ path, findings }) => [path, findings.map(({ rule }) => rule)])).toEqual([
    ['schema/30_index.sql', ['IX001']],
  ]);
  const none = await runPawl(['check', '--json', '--no-base'], options);
  expect(none.stderr).not.toContain('Begins with');
  expect(reportOf(none).migrations).toHaveLength(3);
  git('switch', '--quiet', 'main');
  expect((await runPawl(['check', '--json'], options)).stderr).not.toContain('Begins with');
});
