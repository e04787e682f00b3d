import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import type { Browser } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { takePicture } from '../support/picture.js';
import { waitFor } from '../support/wait.js';

let project: DeployProject;
let browser: Browser;

beforeEach(async () => {
  browser = await launchBrowser();
  project = await createDeployProject({
    files: {
      'migrations/001_create_customers.sql': 'create table customers (id bigint primary key);',
      'migrations/002_backfill.sql': 'select pg_sleep(1.2);',
      'migrations/003_add_order_note.sql': 'alter table orders add column note text;',
      'migrations/004_unique_email.sql': 'create unique index on people (email);',
      'assertions/positive.sql': 'select count(*) = 0 from customers;',
      'constraints/101_check.sql': 'alter table customers add constraint customers_positive check (id > 0);',
    },
    settings: '    lockTimeout: 20s\n',
    stages: `      - migrate: migrations
      - constraints: constraints
      - exec: { name: seed, command: [sleep, '0.4'] }
      - assert: assertions
      - approve: { name: before traffic }
      - signal: [{ pgNotify: schema_changed }]`,
  });
  await project.startWorker();
  await project.database.query(
    "create table orders (id bigint); create table people (email text); insert into people values ('twice@example.com'), ('twice@example.com')",
  );
});
afterEach(async () => {
  await browser.close();
  await project.remove();
});

it('log tells from the database alone who did what, who waited for whom, and draws it', async () => {
  const { pawl, spawn, database, target, directory } = project;
  const report = new pg.Client({ connectionString: database.url, application_name: 'nightly-report' });
  await report.connect();
  await report.query('begin; lock table orders in access share mode');
  const deploying = spawn('deploy', '--by', 'ann@example.com', '--release', '4f2c1d9');
  await deploying.waitForOutput(/waits for session/);
  await report.end();
  expect((await deploying.exited).code).toBe(3);
  await database.query('delete from people');
  expect((await pawl('retry', target, '--by', 'ben', '--reason', 'removed the double, "for good"')).code).toBe(0);
  const asked = async () => (await pawl('status', target, '--json')).stdout.includes('"waiting for approval"');
  await waitFor(asked, { timeout: 30_000, what: 'the approval to be asked for' });
  expect((await pawl('approve', target, '--by', 'ann@example.com')).code).toBe(0);
  expect((await pawl('status', target, '--watch')).stderr).toMatch(/has ended: done/);

  const told = await pawl('log');
  expect(told.stdout).toMatch(/waited 003_add_order_note\.sql \d.* for session \d+ \(nightly-report\)/s);
  expect(told.stdout).toMatch(/failed 004_unique_email\.sql:\s.*could not create unique\s+index/s);
  expect(told.stdout).toMatch(/retry 4 by ben \(removed the double, "for good"\)/);
  const csv = await pawl('log', '--csv');
  expect(csv.stdout).toMatch(/operator\.retry,[^,]*,4f2c1d9,[^,]*,4,,,ben,"removed the double, ""for good""",/);

  expect((await pawl('log', '--deploy', '4f2c1d9', '--html', 'report.html')).code).toBe(0);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(pathToFileURL(join(directory, 'report.html')).href);
    await takePicture(page, `report-${colorScheme}`);
  }
  const names = await page.locator('.name').allInnerTexts();
  expect(names).toEqual([
    'deploy',
    'migrations',
    '001_create_customers.sql',
    '002_backfill.sql',
    '003_add_order_note.sql',
    '004_unique_email.sql',
    'constraints',
    '101_check.sql',
    'exec seed',
    'assert assertions',
    'approve before traffic',
    'signal',
  ]);
  for (const [kind, title] of Object.entries({
    exec: /^done, \d+ ms$/,
    assert: /^done, \d+ ms$/,
    approve: /^done, waited \d+ ms$/,
    signal: /^done, \d+ ms$/,
  }))
    expect(await page.locator(`.lane b.${kind}`).getAttribute('title')).toMatch(title);
  expect(await page.locator('.lane b.waited').getAttribute('title')).toMatch(
    /^waited \d+ ms for session \d+ \(nightly-report\)$/,
  );
  expect(await page.locator('.lane b.blocked').count()).toBe(1);
  expect(await page.locator('.lane u.decision').first().getAttribute('title')).toBe(
    'retry 4 by ben (removed the double, "for good")',
  );
  for (const text of [told.stdout, csv.stdout, await readFile(join(directory, 'report.html'), 'utf8')])
    expect(text).not.toMatch(/twice@example/);

  expect((await pawl('log', '--deploy', 'never', '--html', 'none.html')).stderr).toMatch(/no deploy of .* is called never/);
});
