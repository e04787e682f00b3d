import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { waitFor } from '../support/wait.js';

let project: DeployProject;
let collector: Server;
afterEach(async () => {
  collector.close();
  await project.remove();
});

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly events: readonly { readonly name: string }[];
  readonly status: { readonly code: number };
}
interface Sent {
  readonly url: string | undefined;
  readonly key: string | string[] | undefined;
  readonly body: string;
}

/** Takes what is sent to it, as a collector does. @param refusals HTTP statuses of its first answers */
async function startCollector(...refusals: number[]): Promise<{ address: string; sent: Sent[] }> {
  const sent: Sent[] = [];
  collector = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const refusal = refusals.shift();
      if (refusal !== undefined) return void response.writeHead(refusal).end();
      sent.push({ url: request.url, key: request.headers['x-key'], body });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  return { address: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`, sent };
}

const spansOf = ({ body }: Sent): SentSpan[] =>
  (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[] }).resourceSpans[0]!.scopeSpans[0]!.spans;

it('a deploy is one trace: its stages, each migration, what it waited for, what was decided; no SQL and no rows', async () => {
  const { address, sent } = await startCollector();
  project = await createDeployProject({
    files: {
      'migrations/001_a.sql': `create table a (secret_column text unique); insert into a values ('row@example.org');`,
      'migrations/002_b.sql': 'alter table locked add column note text;',
      'migrations/003_c.sql': `insert into a values ('row@example.org');`,
      'assertions/holds.sql': 'select true;',
    },
    settings: '    lockTimeout: 20s\n',
    stages: `      - migrate: migrations
      - exec: { name: seed, command: ['true'] }
      - assert: assertions
      - approve: { name: before traffic }`,
  });
  const { spawn, pawl, target, database } = project;
  const worker = spawn('worker', '--traces', address);
  await worker.waitForOutput(/pawl-[0-9a-f]{16}/);
  await database.query('create table locked (id int)');
  const reader = new pg.Client({ connectionString: database.url, application_name: 'report' });
  await reader.connect();
  await reader.query('begin; lock table locked in access share mode');
  const deploying = spawn('deploy');
  await deploying.waitForOutput(/waits for session/);
  await reader.end();
  expect((await deploying.exited).code).toBe(3);
  expect((await pawl('skip', target, '3', '--reason', 'a reason')).code).toBe(0);
  const asked = async () => (await pawl('status', target, '--json')).stdout.includes('"waiting for approval"');
  await waitFor(asked, { timeout: 30_000, what: 'the approval to be asked for' });
  expect(sent).toEqual([]);
  expect((await pawl('approve', target)).code).toBe(0);
  await waitFor(() => sent.length > 0, { timeout: 30_000, what: 'the trace' });

  expect(sent).toHaveLength(1);
  expect(sent[0]!.url).toBe('/v1/traces');
  const spans = spansOf(sent[0]!);
  const byName = new Map(spans.map((span) => [span.name, span]));
  const parents = spans.map(({ name, parentSpanId }) => [name, spans.find(({ spanId }) => spanId === parentSpanId)?.name]);
  const deploy = `deploy ${target}`;
  expect(Object.fromEntries(parents)).toEqual({
    [deploy]: undefined,
    'migrate migrations': deploy,
    'apply 001_a.sql': 'migrate migrations',
    'apply 002_b.sql': 'migrate migrations',
    'wait for a lock': 'apply 002_b.sql',
    'exec seed': deploy,
    'assert assertions': deploy,
    'approve before traffic': deploy,
  });
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(spans.every(({ traceId, spanId }) => /^[0-9a-f]{32}$/.test(traceId) && /^[0-9a-f]{16}$/.test(spanId))).toBe(true);
  for (const { startTimeUnixNano, endTimeUnixNano } of spans)
    expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano)).toBe(true);
  expect(byName.get(deploy)!.events.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['migration.failed', 'migration.skipped', 'operator.approve']),
  );
  expect(sent[0]!.body).not.toMatch(/secret_column|row@example|insert into|a reason|postgres:\/\//);
});

it('a deploy without Temporal is one too, and none fails for a collector that is not there', async () => {
  const { address, sent } = await startCollector();
  project = await createDeployProject({ files: { 'migrations/001_a.sql': 'create table a (id int);' } });
  const { spawn } = project;
  const environment = { PAWL_TRACES: address, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b', OTEL_SERVICE_NAME: 'shop' };
  Object.assign(process.env, environment);
  try {
    expect((await spawn('deploy', '--direct').exited).code).toBe(0);
    expect(sent[0]).toMatchObject({ key: 'a b', body: expect.stringContaining('"stringValue":"shop"') as string });
    process.env['PAWL_TRACES'] = 'http://127.0.0.1:1';
    const unreached = await spawn('deploy', '--direct').exited;
    expect(unreached).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/the trace of this deploy was not sent: the collector was not reached/) as string,
    });
  } finally {
    for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
  }
});

it.each([
  ['is busy at first', [503], /is deployed: 1 applied/, 1],
  ['does not let it in', [401], /the trace of this deploy was not sent: the collector answered 401/, 0],
])('a collector that %s', async (_what, refusals, says, taken) => {
  const { address, sent } = await startCollector(...refusals);
  project = await createDeployProject({ files: { 'migrations/001_a.sql': 'create table a (id int);' } });
  process.env['PAWL_TRACES'] = address;
  try {
    const deploy = await project.spawn('deploy', '--direct').exited;
    expect({ code: deploy.code, said: deploy.stdout + deploy.stderr }).toMatchObject({
      code: 0,
      said: expect.stringMatching(says) as string,
    });
    expect(sent).toHaveLength(taken);
  } finally {
    Reflect.deleteProperty(process.env, 'PAWL_TRACES');
  }
});
