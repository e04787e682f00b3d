import { beforeAll, describe, expect, it } from 'vitest';
import { checkMigrations } from '../../../src/check/check.js';
import { againstTrace } from '../../../src/check/rules/against-trace.js';
import type { Problem, Rule } from '../../../src/check/rules/rule.js';
import { RULES } from '../../../src/check/rules/rules.js';
import { readRelations } from '../../../src/check/trace/relations.js';
import { traceMigration } from '../../../src/check/trace/trace-migration.js';
import { loadGrammar } from '../../../src/engine/files/statements.js';
import { contradictions } from '../../support/contradictions.js';
import { migrationOf, withShop } from '../../support/check.js';

beforeAll(loadGrammar);

describe('no finding contradicts the locks of its own run', () => {
  const mixed = [
    'alter table orders add column x int; create index orders_x on orders (x);',
    'alter table orders add column x int; alter table orders add foreign key (customer_id) references customers;',
    'lock table customers in share row exclusive mode; create index customers_note on customers (note);',
  ];

  it.each(mixed)('%s', async (sql) => {
    const report = await withShop((_client, url) =>
      checkMigrations({ url, stages: [{ kind: 'migrate', name: 'm', migrations: [migrationOf(sql)] }] }),
    );
    expect(contradictions(report.migrations[0]!)).toEqual([]);
  });

  it('says that readers wait, too, where an earlier statement holds the stronger lock', async () => {
    const report = await withShop((_client, url) =>
      checkMigrations({ url, stages: [{ kind: 'migrate', name: 'm', migrations: [migrationOf(mixed[0]!)] }] }),
    );
    expect(report.migrations[0]!.findings.map(({ message }) => message)).toContain(
      'Readers and writers of public.orders wait until the index is built.',
    );
  });
});

describe('a rule that claims what the trace denies', () => {
  const judged = (sql: string, claim: Partial<Problem>) =>
    withShop(async (client) => {
      const { statements } = await traceMigration(client, migrationOf(sql), await readRelations(client));
      const problem = { statement: statements[0]!, relation: 'public.orders', severity: 'error' as const, message: '', ...claim };
      return againstTrace(problem, { statements })?.message;
    });
  const waits = { who: 'Readers and writers' as const, how: 'for it' };

  it.each<[string, string, Partial<Problem>]>([
    ['a rewrite', 'alter table orders add column a int default 7', { work: 'rewrite' }],
    ['a scan', 'alter table orders alter column checked set not null', { work: 'scan' }],
    ['an index build', 'drop index orders_status_idx', { work: 'index build' }],
    ['a rewrite where rows are only read', 'alter table orders alter column code set not null', { work: 'rewrite' }],
    ['a wait', 'alter table orders validate constraint amount_pending', { waits }],
    ['a wait', 'create index concurrently on orders (code)', { waits }],
  ])('is not heard: %s of %s', async (_what, sql, claim) => {
    expect(await judged(sql, claim)).toBeUndefined();
  });

  it.each<[string, string]>([
    ['create index on orders (code)', 'Writers of public.orders wait for it.'],
    ['alter table orders alter column code set not null', 'Readers and writers of public.orders wait for it.'],
  ])('is put right in who waits: %s', async (sql, message) => {
    expect(await judged(sql, { waits })).toBe(message);
  });

  it('looks at the settings in force at the statement', async () => {
    const sql = "set local timezone = 'UTC'; alter table orders alter column placed type timestamptz;";
    const findings = await withShop(async (client, url) => {
      await client.query(
        `do $$ begin execute format('alter database %I set timezone = ''Europe/Berlin''', current_database()); end $$`,
      );
      const stages = [{ kind: 'migrate' as const, name: 'm', migrations: [migrationOf(sql)] }];
      return (await checkMigrations({ url, stages })).migrations[0]!.findings;
    });
    expect(findings.filter(({ rule }) => rule === 'CL002' || rule === 'LK005')).toEqual([]);
  });
});

describe('a planted rule that claims in its own words what the trace denies', () => {
  const SQL = 'alter table orders add column a int default 7';
  const planted = async (message: string): Promise<string[]> => {
    const rule: Rule = {
      ...{ id: 'ZZ001', title: 'planted', why: '', safe: '' },
      check: ({ statements }) => [{ statement: statements[0]!, relation: 'public.orders', severity: 'error', message }],
    };
    const rules = RULES as Rule[];
    rules.push(rule);
    try {
      const report = await withShop((_client, url) =>
        checkMigrations({ url, stages: [{ kind: 'migrate', name: 'm', migrations: [migrationOf(SQL)] }] }),
      );
      return contradictions(report.migrations[0]!);
    } finally {
      rules.splice(rules.indexOf(rule), 1);
    }
  };

  it.each([
    'public.orders is rewritten with all its indexes to change a from integer.',
    'public.orders is read to check its constraints again to change a from integer.',
    'Writers of public.orders wait while every row is checked.',
    'Readers and writers of public.orders wait while every row is checked.',
    'Readers and writers of public.orders wait for this: scan under ShareLock.',
    'The whole table is scanned.',
    'It takes an ACCESS EXCLUSIVE lock.',
  ])('is found: %s', async (message) => {
    expect(await planted(message)).toHaveLength(1);
  });

  it('is let pass where it is true, or says nothing of locks', async () => {
    expect(await planted('public.orders is locked from here to COMMIT.')).toEqual([]);
    expect(await planted('The column a has a name of one letter.')).toEqual([]);
  });
});
