import { afterEach, beforeEach, expect, it } from 'vitest';
import { planTarget } from '../../../src/engine/plan/plan.js';
import type { EngineTarget } from '../../../src/engine/target.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const numbered = (n: number) => migration(String(n), `select ${n};`);
const COUNT = 300;

/** What a plan says of rows without a file, when only the newest files are left. */
async function orphans(more: Partial<EngineTarget> = {}): Promise<string[]> {
  const { findings } = await planTarget(targetOf(database, more), [stageOf([numbered(COUNT)])]);
  return findings.map(({ code, message }) => `${code} ${message}`);
}

it('are one finding, however many they are, and fine before the version that the configuration names', async () => {
  await deployAll(targetOf(database), [stageOf(Array.from({ length: COUNT }, (_, n) => numbered(n + 1)))]);
  expect(await orphans()).toEqual([
    'ORPHAN_ROW 299 versions are applied, but no file has them: 1 (1.sql), 2 (2.sql), 3 (3.sql) ... 299 (299.sql)',
  ]);
  expect(await orphans({ retiredBefore: '0299' })).toEqual(['ORPHAN_ROW version 299 (299.sql) is applied, but no file has it']);
  expect(await orphans({ retiredBefore: '299', retired: ['0299'] })).toEqual([]);
});

it('of tools that know files by name come before another in the order of the ledger', async () => {
  const named = (version: string) => migration(version, 'select 1;');
  await deployAll(targetOf(database), [stageOf([...['b', 'a'].map(named), numbered(COUNT)])]);
  expect(await orphans({ retiredBefore: 'a' })).toEqual(['ORPHAN_ROW version a (a.sql) is applied, but no file has it']);
});
