import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { withClient } from '../support/history.js';
import { waitFor } from '../support/wait.js';

interface Received {
  readonly path: string;
  readonly key: string;
  readonly body: Record<string, unknown>;
}

const received: Received[] = [];
const server = createServer((request: IncomingMessage, response) => {
  void json(request).then((body) => {
    const key = String(request.headers['idempotency-key']);
    received.push({ path: request.url ?? '', key, body: body as Received['body'] });
    response.end();
  });
});
let project: DeployProject;
beforeEach(async () => {
  received.length = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await project?.remove();
  server.close();
  server.closeAllConnections();
});

const told = (path: string): unknown[] => received.filter((one) => one.path === path).map(({ body }) => body['event']);

it('people are told once of what waits for them and of the end, although the worker is killed', async () => {
  project = await createDeployProject({
    files: {
      'migrations/1_a.sql': `create table a (mail text); insert into a values ('row-value@example.org'), ('row-value@example.org');`,
      'migrations/2_b.sql': 'create unique index one on a (mail);',
      'tell.sh': 'echo "$PAWL_NOTIFY_ON $PAWL_NOTIFY_TEXT" >> told.txt',
    },
    settings: `    notify:
      - { on: [blocked, done], webhook: { url: { env: AT_ONCE } } }
      - { on: [blocked, done], after: 5s, webhook: { url: { env: LATER } } }
      - { on: [blocked], after: 1h, slack: { env: NEVER } }
      - { on: [failed, done], command: [sh, tell.sh] }
      - { on: [blocked], command: ['false'] }
`,
  });
  const { pawl, startWorker, target, database, directory, env } = project;
  const unset = await pawl('deploy', '--direct');
  expect(unset.stderr).toMatch(/AT_ONCE: is not set[^]*LATER: is not set[^]*NEVER: is not set/);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(env, { AT_ONCE: `${address}/at-once`, LATER: `${address}/later`, NEVER: `${address}/never` });
  Object.assign(env, { TEMPORAL_UI_URL: 'https://temporal.example.org' });

  const first = await startWorker();
  expect((await pawl('deploy', '--by', 'ann')).code).toBe(3);
  await waitFor(() => Promise.resolve(told('/at-once').length > 0), { what: 'the notification' });
  await waitFor(async () => /notified the webhook/.test((await pawl('status', target, '--json')).stdout), { what: 'its record' });
  await first.kill('SIGKILL');
  await startWorker();
  await waitFor(() => Promise.resolve(told('/later').length > 0), { what: 'the later one', timeout: 30_000 });
  expect(told('/at-once')).toEqual(['blocked']);
  const { body } = received[0]!;
  expect(body).toMatchObject({
    target,
    startedBy: 'ann',
    fault: { version: '2', file: 'migrations/2_b.sql' },
    link: expect.stringMatching(/^https:\/\/temporal\.example\.org\/namespaces\/default\/workflows\/deploy%2F/) as string,
    commands: expect.arrayContaining([`pawl deploy ${target}`, `pawl retry ${target}`]) as string[],
    text: expect.stringContaining(`${target} is blocked at 2`) as string,
  });
  for (const secret of ['row-value@example.org', new URL(database.url).password, 'on a (mail)'])
    expect(JSON.stringify(received)).not.toContain(secret);

  await database.query('delete from a');
  await pawl('retry', target);
  await withClient((client) => client.workflow.getHandle(`deploy/${target}`).result());
  expect(told('/at-once')).toEqual(['blocked', 'done']);
  expect(told('/later')).toEqual(['blocked', 'done']);
  expect(told('/never')).toEqual([]);
  expect(new Set(received.map(({ key }) => key)).size).toBe(4);
  const read = (): string => readFileSync(join(directory, 'told.txt'), 'utf8');
  expect(read()).toContain(`done ${target} is deployed\n2 applied\n`);
  // What cannot be delivered is said, and holds nothing up.
  expect((await pawl('status', target, '--json')).stdout).toContain(
    'nobody was notified (blocked): false ended with exit code 1',
  );

  await project.write({ 'migrations/3_c.sql': 'alter table missing add c int;' });
  expect((await pawl('deploy', '--direct')).code).not.toBe(0);
  expect(read()).toContain(`failed ${target} has failed at 3\n`);
  expect(told('/at-once')).toEqual(['blocked', 'done']);
});
