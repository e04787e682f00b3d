import { beforeAll, describe, expect, it } from 'vitest';
import type { RuleContext } from '../../../src/check/rules/rule.js';
import { ts001 } from '../../../src/check/rules/ts001-timescale.js';
import { loadGrammar, parseStatements } from '../../../src/engine/files/statements.js';

beforeAll(loadGrammar);

/** The rule needs the parse tree alone: it must speak before the file fails on a real TimescaleDB. */
function messages(sql: string): string[] {
  const statements = parseStatements(sql, 'x').map((statement, index) => ({
    ...{ index, statement, commit: 0, online: false, touched: [], outcome: 'ran' as const, skipped: false, absent: 0 },
    facts: { relations: new Map(), functions: new Map(), types: new Map() },
  }));
  return ts001.check({ statements } as unknown as RuleContext).map(({ message }) => message);
}

describe('what TimescaleDB refuses', () => {
  it.each([
    ['create materialized view v with (timescaledb.continuous) as select 1', 'WITH DATA'],
    ["call refresh_continuous_aggregate('v', null, null)", 'commits by itself'],
    ["select create_hypertable('t', 'at', migrate_data => true)", 'every row'],
    ["select create_hypertable('s.t', 'at'); create index concurrently on s.t (a)", 'is a hypertable'],
  ])('%s', (sql, words) => {
    expect(messages(sql)).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    'create materialized view v with (timescaledb.continuous) as select 1 with no data',
    'create materialized view v as select 1',
    "select create_hypertable('t', 'at', migrate_data => false)",
    "select create_hypertable('t', 'at'); create index on t (a) with (timescaledb.transaction_per_chunk)",
  ])('but not %s', (sql) => {
    expect(messages(sql)).toEqual([]);
  });
});
