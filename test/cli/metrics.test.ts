import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../../src/embedded/free-port.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { withClient } from '../support/history.js';
import { requireProgram } from '../support/program.js';
import { waitFor } from '../support/wait.js';

let project: DeployProject;
let prometheus: ChildProcess | undefined;
afterEach(async () => {
  prometheus?.kill('SIGKILL');
  await project?.remove();
});

it('the alert rules are rules, and fire when they should', () => {
  const promtool = requireProgram('promtool');
  const { status, stderr } = spawnSync(promtool, ['test', 'rules', 'ops/alerts.test.yaml'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it('Prometheus scrapes a worker: what alerts and dashboard ask for is there, a blocked deploy among it', async () => {
  project = await createDeployProject({
    files: {
      'migrations/001_a.sql': "create table a (id int); do $$ begin raise warning 'row %', 4711; end $$;",
      'migrations/002_b.sql': 'insert into wanted values (1);',
    },
  });
  const { target, directory, pawl, spawn: start } = project;
  const [metrics, health, ui] = [await freePort(), await freePort(), await freePort()].map((port) => `127.0.0.1:${port}`);
  const worker = start('worker', '--metrics', metrics!, '--health', health!, '--log-format', 'json');
  await worker.waitForOutput(/pawl-[0-9a-f]{16}/);
  expect((await pawl('deploy')).code).toBe(3);
  prometheus = startPrometheus(join(directory, 'prometheus'), metrics!, ui!);

  const ask = async (expression: string): Promise<string | undefined> => {
    const answer = await fetch(`http://${ui}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
    return data.result[0]?.value[1];
  };
  const own = `{target="${target}"}`;
  // The gauges look every 15 s.
  await waitFor(async () => Number(await ask(`pawl_deploy_blocked_seconds${own}`)) > 0, {
    what: 'the blocked deploy',
    timeout: 60_000,
  });
  expect(await ask(`pawl_deploy_state{target="${target}", state="blocked"}`)).toBe('1');
  expect(await ask(`pawl_migrations_applied_total${own}`)).toBe('1');
  expect(await ask(`pawl_migration_duration_seconds_count${own}`)).toBe('1');
  expect(await ask(`pawl_failures_total{target="${target}", code="SQL_FAILED", verdict="blocked"}`)).toBe('1');
  // A look at the database takes longer than one at the deploy, and the scrape may have come between them.
  await waitFor(async () => (await ask(`pawl_pending_migrations${own}`)) === '1', { what: 'what is pending', timeout: 30_000 });
  expect(await ask(`pawl_lease_held{target="${target}", holder="temporal/default/deploy/${target}"}`)).toBe('1');
  expect(await ask(`pawl_target_info{target="${target}", database=~".+ on .+"}`)).toBe('1');
  expect(await ask('sum(temporal_worker_task_slots_available)')).toBeDefined();
  for (const name of ['pawl_failures_total', 'pawl_migrations_applied_total'])
    expect(await ask(`count(${name}{target="${target}", taskQueue="", task_queue="", activityType="", activity_type=""})`)).toBe(
      '1',
    );
  for (const name of namesIn('ops/alerts.yaml', 'ops/grafana-dashboard.json')) {
    // Nothing was waited for in this deploy, and no schedule verifies its target.
    if (!name.startsWith('pawl_lock_wait') && name !== 'pawl_drift')
      expect({ name, found: await ask(`count(${name})`) }).not.toEqual({ name, found: undefined });
  }

  const ready = await fetch(`http://${health}/readyz`);
  expect({ status: ready.status, body: await ready.json() }).toMatchObject({ status: 200, body: { ready: true } });
  const { stdout, stderr } = worker.output();
  expect(stdout).toBe('');
  const lines = stderr.trimEnd().split('\n');
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(logged).toContainEqual(
    expect.objectContaining({ message: 'applied 001_a.sql', target, version: '1', activity: 'apply-001' }),
  );
  const warnings = logged.filter(({ level }) => level === 'warn' || level === 'error');
  expect(warnings).toMatchObject([
    { target, message: 'PostgreSQL sent 1 warning' },
    { target, version: '2', code: 'SQL_FAILED' },
  ]);
  expect(stderr).not.toContain('4711');
});

it('a roll-out of a newer release keeps a blocked deploy on the gauges, as one that no worker answers for', async () => {
  project = await createDeployProject({ files: { 'migrations/001_a.sql': 'insert into wanted values (1);' } });
  const { target, pawl, spawn: start, write } = project;
  const old = start('worker');
  await old.waitForOutput(/pawl-[0-9a-f]{16}/);
  expect((await pawl('deploy')).code).toBe(3);
  await old.kill();
  await write({ 'migrations/001_a.sql': 'create table wanted (id int);' });
  const address = `127.0.0.1:${await freePort()}`;
  await start('worker', '--metrics', address).waitForOutput(/pawl-[0-9a-f]{16}/);
  const valueOf = async (...parts: string[]): Promise<number> => {
    const text = await (await fetch(`http://${address}/metrics`)).text();
    const line = text.split('\n').find((shown) => [...parts, `target="${target}"`].every((part) => shown.includes(part)));
    return Number(line?.split(' ').at(-1));
  };
  await waitFor(async () => (await valueOf('pawl_deploy_state{', 'state="unanswered"')) === 1, {
    what: 'the deploy that nobody answers for',
    timeout: 60_000,
  });
  expect(await valueOf('pawl_deploy_state{', 'state="blocked"')).toBe(1);
  const { stdout } = await pawl('status');
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /no worker that holds this release does\. It said last: blocked at 1 since \d\d:/,
  );
  expect(JSON.parse((await pawl('status', '--json')).stdout)).toMatchObject({
    deploy: { silence: 'no worker', run: { told: { state: 'blocked', blockedOn: '1' } } },
  });
  const age = await valueOf('pawl_deploy_blocked_seconds{');
  await waitFor(async () => (await valueOf('pawl_deploy_blocked_seconds{')) > age, { what: 'its age', timeout: 60_000 });
  // It has come with a look just now: the next one is 15 s away.
  await withClient(({ workflow }) => workflow.getHandle(`deploy/${target}`).terminate('given up'));
  await waitFor(async () => (await valueOf('pawl_deploy_blocked_seconds{')) === 0, {
    what: 'an end that is told before the next look',
    timeout: 10_000,
  });
  expect(await valueOf('pawl_deploy_state{', 'state="unanswered"')).toBe(0);
  expect((await pawl('deploy')).code).toBe(0);
});

function startPrometheus(directory: string, scraped: string, address: string): ChildProcess {
  mkdirSync(directory, { recursive: true });
  const config = `scrape_configs: [{ job_name: pawl, scrape_interval: 1s, static_configs: [{ targets: ['${scraped}'] }] }]`;
  writeFileSync(join(directory, 'prometheus.yml'), config);
  const options = [
    `--config.file=${directory}/prometheus.yml`,
    `--storage.tsdb.path=${directory}`,
    `--web.listen-address=${address}`,
  ];
  return spawn(requireProgram('prometheus'), options, { stdio: 'ignore' });
}

/** The metrics that some files ask for. */
function namesIn(...files: string[]): Set<string> {
  return new Set(files.flatMap((file) => readFileSync(file, 'utf8').match(/\b(?:pawl|temporal)_[a-z_]+\b(?=[{\[)\s,])/g) ?? []));
}
