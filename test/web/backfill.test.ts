import type { Browser } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { launchBrowser } from '../support/browser.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { createPrivatePostgres, type PrivatePostgres } from '../support/private-postgres.js';
import { waitFor } from '../support/wait.js';
import { WebUi } from '../support/web-ui.js';

let project: DeployProject;
let postgres: PrivatePostgres;
let standby: PrivatePostgres;
let browser: Browser;

const ROWS = 20_000;
const TARGET = 'shop-backfill';

beforeEach(async () => {
  browser = await launchBrowser();
  postgres = await createPrivatePostgres();
  standby = await postgres.standby('standby-2');
  const { url, query } = postgres;
  project = await createDeployProject({
    target: TARGET,
    database: { name: 'target', url, query, drop: () => Promise.resolve() },
    files: {
      'migrations/001_users.sql': `create table users (id int primary key, email text, email_lower text); insert into users select i, 'User' || i from generate_series(1, ${ROWS}) i;`,
      'migrations/002_analyze.sql': '-- pawl:no-transaction\nvacuum analyze users;',
      'backfills/003_lower_emails.sql':
        '-- pawl:backfill users by id\nupdate users set email_lower = lower(email) where email_lower is null;',
    },
    settings: '    backfill: { rows: 100, pace: 20, stopWhile: { replicaLag: 500ms } }\n',
    stages: '      - migrate: migrations\n      - backfill: backfills',
  });
  await project.startWorker();
});
afterEach(async () => {
  await browser.close();
  await project.remove();
  await standby.remove();
  await postgres.remove();
});

it('a backfill that a lagging standby holds up says so on its page and in status --watch; by clicking it gets another pace', async () => {
  const { pawl, spawn } = project;
  await pawl('deploy', '--detach', '--by', 'ann@example.com', '--release', '4f2c1d9');
  const rows = async () =>
    (await postgres.query<{ rows: number }>('select rows::int as rows from pawl.backfills').catch(() => []))[0]?.rows ?? 0;
  await waitFor(async () => (await rows()) > ROWS / 20, { what: 'some batches' });
  await standby.query('select pg_wal_replay_pause()');

  const ui = new WebUi(await browser.newPage({ viewport: { width: 1440, height: 1150 } }), inject('temporalUiUrl'));
  await ui.list(`PawlTarget="${TARGET}"`);
  await ui.openDeploy(TARGET);
  await ui.untilDetails(/backfill: [\d,]+ rows, \d+ %, waiting: standby standby-2 is \d+\.\d s behind \(limit 0\.5 s\)/);
  expect(await ui.details.locator('body').innerText()).toMatch(
    /It looks once a second, and continues by itself when that has passed/,
  );
  await ui.picture('backfill-held');

  const watching = spawn('status', TARGET, '--watch');
  await watching.waitForOutput(/waiting: standby standby-2 is \d+\.\d s behind/);

  await ui.update('speed', { by: 'ann', batch: '500ms', pace: '0' }, 'backfill-speed');
  await standby.query('select pg_wal_replay_resume()');
  await ui.untilDetails(new RegExp(`${TARGET}: done`));
  expect(await postgres.query('select batch_ms, pace, rows::int from pawl.backfills')).toEqual([
    { batch_ms: 500, pace: 0, rows: ROWS },
  ]);
  await watching.exited;
});
