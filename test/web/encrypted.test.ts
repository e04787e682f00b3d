import { randomBytes } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { launchBrowser } from '../support/browser.js';
import { runPawl, spawnPawl, type Pawl } from '../support/cli.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { WebUi } from '../support/web-ui.js';

let project: DeployProject;
let browser: Browser;
let codec: Pawl | undefined;
beforeEach(async () => {
  browser = await launchBrowser();
  project = await createDeployProject({ files: { 'migrations/001_dossier.sql': 'alter table dossier add column note text;' } });
});
afterEach(async () => {
  await browser.close();
  await codec?.kill();
  await project.remove();
});

it('the page of an encrypted deploy is read, and a decision sent, through the codec server', async () => {
  const keys = { PAWL_CODEC_KEYS: `june:${randomBytes(32).toString('base64')}` };
  const { target, directory, env } = project;
  await project.startWorker(keys);
  const url = inject('temporalUiUrl');
  codec = spawnPawl(['codec', 'serve', '--listen', '127.0.0.1:0', '--origin', new URL(url).origin], {
    cwd: directory,
    env: keys,
  });
  const [, port] = await codec.waitForOutput(/Codec server at http:\/\/127\.0\.0\.1:(\d+)/);
  const blocked = await runPawl(['deploy', '--by', 'ann'], { cwd: directory, env: { ...env, ...keys } });
  expect(blocked.code).toBe(3);

  const page = await browser.newPage({ viewport: { width: 1440, height: 1150 } });
  page.setDefaultTimeout(15_000);
  // What the Web UI keeps when a person names a codec server in its settings.
  await page.addInitScript({ content: `localStorage.setItem('endpoint', JSON.stringify('http://127.0.0.1:${port}'))` });
  const ui = new WebUi(page, url);
  await ui.list(`PawlTarget="${target}"`);
  await ui.openDeploy(target);
  await ui.details.getByText(`${target}: blocked`).waitFor();
  expect(await ui.details.locator('body').innerText()).toMatch(/001_dossier\.sql:1:1/);
  await ui.picture('encrypted');
  await ui.update('cancel', { by: 'ann', reason: 'wrong release' });
  await ui.untilDetails(/cancelled/);
});
