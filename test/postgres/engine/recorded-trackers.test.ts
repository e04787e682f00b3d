import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { namedTool } from '../../../src/engine/legacy/tools.js';
import type { MigrationStage } from '../../../src/engine/files/stage.js';
import { discoverMigrations } from '../../../src/engine/files/discover.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { begin, deployAll, stageOf, targetOf } from '../../support/engine.js';
import { BEFORE, MIGRATIONS } from '../../support/legacy-migrations.js';
import { writeProject } from '../../support/project.js';

/** What `npm run test:legacy` recorded of the real tools. */
const RECORDED = join(import.meta.dirname, '../../legacy/recorded');

interface Recorded {
  readonly directory: string;
  readonly format?: string;
  readonly afterFailure: string;
  readonly files: Record<string, string>;
}

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

describe.each(readdirSync(RECORDED))('%s', (tool) => {
  const read = (file: string): string => readFileSync(join(RECORDED, tool, file), 'utf8');
  const recorded = JSON.parse(read('project.json')) as Recorded;
  const mirror = typeof namedTool({ from: tool }).mirror === 'object';

  async function stage(): Promise<MigrationStage> {
    const { directory, remove } = await writeProject(recorded.files);
    const { migrations, faults } = await discoverMigrations(recorded, directory);
    await remove();
    expect(faults).toEqual([]);
    return stageOf([...migrations]);
  }

  it('is adopted as the real tool left it, and mirrored so that it reads as up to date', async () => {
    await database.query([...MIGRATIONS.slice(0, BEFORE), read('tracker.sql')].join('\n'));
    const target = targetOf(database, { adopt: { from: 'auto', mirror } });
    await deployAll(target, [await stage()]);
    const sources = await database.query<{ source: string }>('select source from pawl.applied_migrations order by position');
    expect(sources.map(({ source }) => source)).toEqual(MIGRATIONS.map((_, n) => (n < BEFORE ? 'adopted' : 'applied')));
    await database.query('drop schema pawl cascade');
    if (mirror) expect((await begin(target, [await stage()])).adopted).toBe(MIGRATIONS.length);
  });

  it(`is ${recorded.afterFailure === 'clean' ? 'adopted as if nothing had been' : 'refused'} after a failure`, async () => {
    await database.query([...MIGRATIONS.slice(0, BEFORE), read('failed.sql')].join('\n'));
    const adopting = begin(targetOf(database, { adopt: { from: 'auto' } }), [await stage()]);
    if (recorded.afterFailure === 'clean') expect((await adopting).adopted).toBe(BEFORE);
    else await expect(adopting).rejects.toMatchObject({ code: 'LEGACY_DIRTY', verdict: 'refused' });
  });
});
