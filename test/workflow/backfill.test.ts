import { afterEach, expect, it } from 'vitest';
import type { DeployStatus } from '../../src/contract/deploy.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { withClient } from '../support/history.js';
import { freePort } from '../../src/embedded/free-port.js';
import { waitFor } from '../support/wait.js';

let project: DeployProject;
afterEach(() => project.remove());

const ROWS = 4_000;
const FILES = {
  'migrations/001_items.sql': `create table items (id int primary key, n int not null default 0); insert into items select generate_series(1, ${ROWS});`,
  'backfills/002_fill.sql': '-- pawl:backfill items by id pace=60\nupdate items set n = n + 1;',
};

const STAGES = '      - migrate: migrations\n      - backfill: backfills';

it('a backfill under way stops at a hold, goes on at its cursor, takes another pace from the Web UI, and gives way to a newer release, each row once', async () => {
  const settings = '    backfill: { rows: 10, stopWhile: { query: select open from gate } }\n';
  project = await createDeployProject({ files: FILES, settings, stages: STAGES });
  const { target, pawl, startWorker, spawn, database, write, applied } = project;
  const status = () =>
    withClient(({ workflow }) => workflow.getHandle(`deploy/${target}`).query<DeployStatus>('status')).catch(() => undefined);
  const rows = async (): Promise<number> =>
    (await database.query<{ rows: number }>('select rows::int as rows from pawl.backfills'))[0]?.rows ?? 0;

  await database.query('create table gate as select true as open');
  const metrics = `127.0.0.1:${await freePort()}`;
  await startWorker({ PAWL_METRICS: metrics });
  const deploy = spawn('deploy');
  await waitFor(async () => (await status())?.backfill === '2', { what: 'the backfill' });
  expect((await pawl('hold', target, '--reason', 'incident')).code).toBe(0);
  await waitFor(async () => (await status())?.state === 'held', { what: 'the hold' });
  const held = await rows();
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThan(ROWS);

  expect((await pawl('backfill', 'pause', target, '--by', 'ann', '--reason', 'peak')).code).toBe(0);
  expect((await pawl('backfill', 'status', target)).stdout).toMatch(/^2 {2}.*items by id: paused by ann: peak$/m);
  expect((await pawl('backfill', 'speed', target, '--pace', '60')).code).toBe(0);
  expect((await pawl('backfill', 'resume', target)).stdout).toContain('continues');

  expect((await pawl('resume', target)).code).toBe(0);
  await waitFor(async () => (await rows()) > held, { what: 'further batches' });
  expect((await status())?.timeline.map(({ text }) => text).filter((text) => text.startsWith('backfill:'))).not.toEqual([]);

  const speed = (data: object) =>
    withClient(({ workflow }) => workflow.getHandle(`deploy/${target}`).executeUpdate('speed', { args: [data] }));
  await expect(speed({ by: 'ann' })).rejects.toMatchObject({
    cause: { message: 'speed needs "batch", such as "100ms", or "pace", such as "0.5"' },
  });
  expect(await speed({ by: 'ann', batch: '40ms', pace: '50' })).toBe('the backfill 2 has this pace from its next batch on');
  const pace = () => database.query('select batch_ms, pace from pawl.backfills');
  await waitFor(async () => JSON.stringify(await pace()) === '[{"batch_ms":40,"pace":50}]', { what: 'the pace' });
  expect(
    await database.query(
      `select by, detail->'batch' as batch from pawl.events where kind = 'backfill.tuned' and by = 'ann' and detail ? 'batch'`,
    ),
  ).toEqual([{ by: 'ann', batch: 40 }]);

  const gauge = async () =>
    /pawl_backfill_held\{[^}]*by="query"[^}]*\} (\d)/.exec(await (await fetch(`http://${metrics}/metrics`)).text())?.[1];
  await database.query('update gate set open = false');
  await waitFor(async () => (await status())?.work?.backfill?.heldBy === 'query', { what: 'the page to say what holds it' });
  expect((await status())?.work?.doing).toMatch(/^backfill: [\d,]+ rows.*waiting: stopWhile\.query does not answer true$/);
  expect(await gauge()).toBe('1');
  await database.query('update gate set open = true');
  await waitFor(async () => (await gauge()) === '0', { what: 'the gauge to fall' });

  await write({ 'migrations/003_next.sql': 'create table next ();' });
  await startWorker();
  const newer = spawn('deploy');
  await newer.waitForOutput(/is working on a backfill; this release takes its place/);
  await database.query('update pawl.backfills set pace = 0');
  expect((await newer.exited).code).toBe(0);
  await deploy.exited;
  expect(await applied()).toEqual(['1', '3', '2']);
  expect(await database.query('select n, count(*)::int from items group by n')).toEqual([{ n: 1, count: ROWS }]);
  expect(await database.query('select rows::int, batches::int from pawl.backfills')).toEqual([
    { rows: ROWS, batches: ROWS / 10 },
  ]);
});
