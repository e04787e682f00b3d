import pg from 'pg';
import type { Browser } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { launchBrowser } from '../support/browser.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { WebUi } from '../support/web-ui.js';

let project: DeployProject;
let browser: Browser;
let ui: WebUi;

beforeEach(async () => {
  browser = await launchBrowser();
  ui = new WebUi(await browser.newPage({ viewport: { width: 1440, height: 1150 } }), inject('temporalUiUrl'));
  ui.page.setDefaultTimeout(15_000);
  project = await createDeployProject({
    target: 'orders',
    files: {
      'migrations/001_create_customers.sql': 'create table customers (id bigint primary key);',
      'migrations/002_add_order_note.sql': 'alter table orders add column note text;',
      'migrations/003_create_shipments.sql': 'create table shipments (id bigint primary key);',
    },
    settings: '    lockTimeout: 1s\n    retryFor: 1s\n',
    stages:
      '      - migrate: migrations\n      - approve: { name: before traffic }\n      - signal: [{ pgNotify: schema_changed }]',
  });
  await project.startWorker();
  await project.database.query('create table orders (id bigint primary key)');
});

afterEach(async () => {
  await browser.close();
  await project.remove();
});

const deploy = (release: string): Promise<unknown> => project.pawl('deploy', '--by', 'ann@example.com', '--release', release);

it('by clicking alone a blocked deploy is found, read, retried with a longer lockTimeout and approved', async () => {
  const { database } = project;
  const report = new pg.Client({ connectionString: database.url, application_name: 'nightly-report' });
  await report.connect();
  try {
    await report.query('begin; lock table orders in access share mode');
    await deploy('4f2c1d9');
    await ui.list('PawlState="blocked"');
    await ui.showColumns('PawlTarget', 'PawlState', 'PawlBlockedOn', 'PawlRelease');
    await ui.picture('list');
    await ui.openDeploy('orders');
    await ui.details.getByText('orders: blocked').waitFor();
    const told = await ui.details.locator('body').innerText();
    expect(told).toMatch(/002_add_order_note\.sql:1:1/);
    expect(told).toMatch(/nightly-report/);
    await ui.picture('blocked');

    await ui.update('retry', { by: 'ann', lockTimeout: '60s', reason: 'the report ends soon' }, 'retry');
    await ui.untilDetails(/It waits for\s+session \d+ \(nightly-report/);
    await ui.picture('waiting-for-lock');
  } finally {
    await report.end();
  }
  await ui.untilDetails(/orders: waiting for approval/);
  await ui.picture('approval');
  await ui.update('approve', { by: 'ann' });
  await ui.untilDetails(/orders: done/);
  await ui.picture('done');
  const { deploy: told } = JSON.parse((await project.pawl('status', 'orders', '--json')).stdout) as { deploy: { link: string } };
  await ui.page.goto('about:blank');
  await ui.page.goto(inject('temporalUiUrl') + new URL(told.link).pathname);
  await ui.details.getByText('orders: done').waitFor();
  expect(await project.applied()).toEqual(['1', '2', '3']);
  const decisions = await database.query('select kind, by, reason from pawl.events where kind like $1 order by id', [
    'operator.%',
  ]);
  expect(decisions).toEqual([
    { kind: 'operator.retry', by: 'ann', reason: 'the report ends soon' },
    { kind: 'operator.approve', by: 'ann', reason: null },
  ]);
});

it('by clicking alone a deploy that is blocked on a wrong file is cancelled, and what it committed stays', async () => {
  await project.write({
    'migrations/002_add_order_note.sql': 'alter table orders add column note text;\n\ninsert into oders values (1);',
  });
  await project.startWorker();
  await deploy('9b03e77');
  await ui.list('PawlState="blocked"');
  await ui.openDeploy('orders');
  await ui.untilDetails(/relation "oders"[\s\S]*Correct the file and deploy again/);
  await ui.update('cancel', { by: 'ann', reason: 'wrong release' });
  await ui.untilDetails(/orders: cancelled/);
  await ui.picture('cancelled');
  expect(await project.applied()).toEqual(['1']);
  expect(await project.database.query('select outcome, label from pawl.deploys')).toEqual([
    { outcome: 'cancelled', label: '9b03e77' },
  ]);
});
