import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkMigrations, type CheckOptions } from '../../../src/check/check.js';
import type { CheckReport, Fix } from '../../../src/check/report.js';
import { FIXTURES, migrationOf, withShop } from '../../support/check.js';

const INDEX = 'create index orders_code_idx on orders (code);';

function stage(name: string, ...sqls: string[]) {
  const migrations = sqls.map((sql, index) => migrationOf(sql, `${name}/${String(index + 1).padStart(4, '0')}_x.sql`));
  return { kind: 'migrate' as const, name, migrations };
}

function check(stages: CheckOptions['stages'], options: Partial<CheckOptions> = {}): Promise<CheckReport> {
  return withShop((_client, url) => checkMigrations({ url, stages, ...options }));
}

const rulesOf = (report: CheckReport) =>
  report.migrations.flatMap(({ findings }) => findings.map(({ rule, severity }) => `${rule} ${severity}`));

describe('the size of the table', () => {
  it('decides how bad it is', async () => {
    const large = await check([stage('a', INDEX)], { statistics: { 'public.orders': { bytes: 10 * 2 ** 30, rows: 1e8 } } });
    const small = await check([stage('a', INDEX)], { statistics: { 'public.orders': { bytes: 1e5, rows: 1e3 } } });
    expect(rulesOf(large)).toEqual(['IX001 error']);
    expect(large.migrations[0]!.locks[0]).toMatchObject({ verdict: 'BLOCKS_WRITES', seconds: expect.closeTo(256, 0) as number });
    expect(rulesOf(small)).toEqual(['IX001 notice']);
    expect(small.migrations[0]!.locks[0]).toMatchObject({ verdict: 'BRIEF' });
  });
});

it('does not blame the lock of a statement that fails wherever there are rows', async () => {
  const required = 'alter table events_2027 add column a int not null, add column b int not null default 1;';
  const found = rulesOf(await check([stage('a', required)]));
  expect(found).toContain('CL003 error');
  expect(found).not.toContain('LK005 error');
});

it('knows the ledger by the name that it has in the configuration', async () => {
  const touch = (ledger: string): string =>
    `create schema "${ledger}"; create table "${ledger}".events (id int); delete from "${ledger}".events; do $$ begin delete from "${ledger}".events; end $$;
    set local search_path = "${ledger}";`;
  const found = async (ledger: string, configured?: string) =>
    rulesOf(await check([stage('a', touch(ledger))], { ledger: configured })).filter((rule) => rule.startsWith('SE002'));
  for (const name of ['deploys', 'Our "Ledger".x', 'größe']) {
    const quoted = name.replaceAll('"', '""');
    expect(await found(quoted, name)).toEqual(Array(4).fill('SE002 error'));
  }
  expect(await found('pawl', 'deploys')).toEqual([]);
  expect(await found('pawl')).toEqual(Array(4).fill('SE002 error'));
});

describe('what is new', () => {
  const make = 'create table tickets (id bigint primary key, kind text);';
  const index = 'create index tickets_kind_idx on tickets (kind);';

  it('is what the deploy makes', async () => {
    expect(rulesOf(await check([stage('a', make, index)]))).toEqual([]);
  });

  it('is what the same migration makes, for files deployed one at a time', async () => {
    expect(rulesOf(await check([stage('a', make, index)], { scope: 'migration' }))).toEqual(['IX001 error']);
  });
});

describe('the lock report', () => {
  it('follows a table through its new name and says what else is done while it is held', async () => {
    const report = await check([
      stage(
        'a',
        'alter table orders rename to purchases; alter table purchases add column x int; update customers set note = 1;',
      ),
    ]);
    expect(report.migrations[0]!.locks.filter(({ kind }) => kind === 'r')).toMatchObject([
      {
        relation: 'public.orders',
        statement: 0,
        heldThrough: 2,
        verdict: 'OUTAGE',
        meanwhile: [{ statement: 2, relation: 'public.customers', work: 'scan' }],
      },
    ]);
  });

  it('ends each part of a file at its own commit', async () => {
    const report = await check([
      stage('a', `alter table orders add column x int; ${INDEX.replace('index', 'index concurrently')} select 1;`),
    ]);
    expect(report.migrations[0]!.statements.map(({ commit }) => commit)).toEqual([0, 1, 2]);
    expect(report.migrations[0]!.locks).toMatchObject([
      { heldThrough: 0, until: 'commit', verdict: 'BRIEF' },
      { heldThrough: 1, until: 'statement', verdict: 'SAFE' },
    ]);
  });
});

describe('a migration that does not run', () => {
  const failure = async (...stages: CheckOptions['stages']) =>
    (await check(stages)).migrations.find(({ outcome }) => outcome === 'failed')?.failure;

  it('is in the wrong stage', async () => {
    const found = await failure(
      stage('constraints', 'alter table parcels add constraint p check (weight > 0);'),
      stage('schema', 'create table parcels (weight int);'),
    );
    expect(found?.next).toBe(
      'parcels is created by schema/0001_x.sql in the stage schema, which runs later: move this file to that stage or to one after it.',
    );
    expect(found?.place).toEqual({ file: 'constraints/0001_x.sql', line: 1, column: 1 });
  });

  it('is in the wrong order', async () => {
    const found = await failure(stage('schema', 'insert into parcels values (1);', 'create table parcels (weight int);'));
    expect(found?.next).toContain('give this file a version after that');
  });

  it.each([
    ['create extension pawl_no_such_extension;', 'Install the extension'],
    ['grant select on orders to pawl_no_such_role;', 'Roles belong to the server'],
    [
      "do $$ begin if not exists (select from customers where name = 'Zoe') then raise exception 'no Zoe'; end if; end $$;",
      'It needs (or stumbles over) data',
    ],
    ['alter table orders add column x int not null;', 'It needs (or stumbles over) data'],
  ])('%s', async (sql, next) => {
    expect((await failure(stage('schema', sql)))?.next).toContain(next);
  });

  it.each([
    ['alter tabel orders;', 'SQL_SYNTAX'],
    ['\\i other.sql', 'SQL_PSQL_COMMAND'],
  ])('%s', async (sql, code) => {
    expect((await failure(stage('schema', sql)))?.code).toBe(code);
  });

  it('keeps those after it from running', async () => {
    const report = await check([stage('schema', 'select 1;', 'select nonsense;', 'select 2;')]);
    expect(report.migrations.map(({ outcome }) => outcome)).toEqual(['ran', 'failed', 'not run']);
    expect(report.summary.failed).toBe(1);
  });
});

describe('rules that look beyond a statement', () => {
  it('refuse a version that is taken', async () => {
    expect(rulesOf(await check([stage('a', 'select 1;'), stage('b', 'select 1;')]))).toEqual(['NM001 error']);
  });

  it('know who owns a table', async () => {
    const options = { owners: { 'directus_*': 'Directus', 'public.aud*': 'the audit service' } };
    const report = await check(
      [stage('a', 'create table directus_x (id bigint); alter table audit add column x int;', 'select 1 from audit;')],
      options,
    );
    expect(rulesOf(report)).toEqual(['OW001 error', 'OW001 error']);
  });

  it('see a foreign key whose index comes later in the deploy', async () => {
    const add = 'alter table orders add constraint f foreign key (customer_id) references customers not valid;';
    expect(rulesOf(await check([stage('a', add, 'create index concurrently on orders (customer_id);')]))).toEqual([]);
  });
});

describe('the safe way that a finding shows', () => {
  const files = readdirSync(join(FIXTURES, 'dangerous'));

  it.each(files)('%s', async (name) => {
    const sql = readFileSync(join(FIXTURES, 'dangerous', name), 'utf8');
    const [migration] = (await check([stage('a', sql)])).migrations;
    for (const rule of new Set(migration!.findings.map((finding) => finding.rule))) {
      const fixes = migration!.findings.filter((finding) => finding.rule === rule).flatMap((finding) => finding.fixes);
      if (fixes.length === 0) continue;
      const rules = rulesOf(await check([stage('a', applied(sql, fixes))]));
      expect(rules.filter((found) => found.startsWith(rule))).toEqual([]);
    }
    for (const { rule, rewrite } of migration!.findings) {
      if (!rewrite || /<|\bpartition_|\bpartition\b/i.test(rewrite) || rule === 'IX006') continue;
      const own = rewrite.startsWith('-- in a file of its own:') && rewrite.slice(rewrite.indexOf('\nupdate') + 1);
      const whole = own ? `${sql.replace(own, '')}\n-- in the next file:\n${rewrite}` : rewrite;
      const report = await check([stage('a', ...whole.split(/^-- in the .*:$/m))]);
      expect({
        rule,
        failures: report.migrations.map(({ failure }) => failure?.message),
        rules: rulesOf(report).filter(isError),
      }).toEqual({
        rule,
        failures: report.migrations.map(() => undefined),
        rules: [],
      });
    }
  });
});

const isError = (found: string) => found.endsWith('error');

function applied(sql: string, fixes: readonly Fix[]): string {
  return [...fixes]
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end, text: inserted }) => text.slice(0, start) + inserted + text.slice(end), sql);
}

describe('what a backfill costs', () => {
  const fill = (sql: string) => stage('a', `-- pawl:backfill orders by id\n${sql}`);
  const statistics = {
    'public.orders': { bytes: 640 * 2 ** 20, rows: 5_000_000 },
    'public.orders_pkey': { bytes: 107 * 2 ** 20, rows: 5_000_000 },
  };

  it.each([
    [
      "update orders set status = 'new' where status is null",
      /^a\/0001_x\.sql goes through public\.orders in batches \(5,000,000 rows, 640 MiB\): about 3 min and 3\.1 GiB of WAL; the table grows by some 64 MiB, its indexes by up to 107 MiB\.$/,
    ],
    ['delete from orders where status is null', / \(5,000,000 rows, 640 MiB\): about 56 s and 1\.1 GiB of WAL\.$/],
  ])('%s', async (sql, message) => {
    const { remarks, summary } = await check([fill(sql)], { statistics });
    expect(remarks).toEqual([
      {
        severity: 'notice',
        code: 'BACKFILL_COST',
        message: expect.stringMatching(message) as string,
        next: expect.any(String) as string,
      },
    ]);
    expect(summary.notices).toBe(1);
  });

  it('is not guessed where the size is not known', async () => {
    expect((await check([fill('update orders set status = null')])).remarks).toEqual([]);
    expect((await check([fill('update orders set status = null')], { statistics: {} })).remarks).toEqual([]);
  });
});
