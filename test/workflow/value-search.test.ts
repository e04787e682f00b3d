import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import type { DeployStatus } from '../../src/contract/deploy.js';
import { freePort } from '../../src/embedded/free-port.js';
import { createTestDatabase, databaseAt, type TestDatabase } from '../support/database.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { startGermanPostgres } from '../support/german-postgres.js';
import { describeText, historyText, withClient } from '../support/history.js';
import { chooseWays, constraintsOf, OF_THE_FILES, piecesOf, plantValues } from '../support/planted-values.js';
import { waitFor } from '../support/wait.js';

/** Some of the ways in which PostgreSQL quotes a row; test/postgres/security/values.test.ts tries each. */
const QUOTING = 8;

/**
 * What a person asks a database about. Left out are those that print SQL because they are asked for it: `schema`, `blame`, `diff`,
 * `plan --sql`, `verify --schema`.
 */
const VERBS = [
  'status',
  'plan',
  'verify',
  'log',
  'log --csv',
  'log --html log.html',
  'await --timeout 1s',
  'backfill status',
  'lock status',
  'doctor',
  'grants --check',
  'stats',
  'owners',
  'adopt',
  'deploy --print-input',
  'rollback --reason test',
  'deploy --direct',
  'check --html check.html --markdown check.md --sarif check.sarif',
];
/** Of the files: no message that is kept quotes SQL. */
const SQL_TEXT = [
  'create unique index concurrently',
  'raise warning',
  'select text::int',
  'alter table secrets add',
  'select dblink_connect',
];

/** Also as text, which is made of the same. */
const AS_TEXT = ['status', 'plan', 'verify', 'log', 'deploy --direct'];

const WITHOUT_JSON = ['log --csv', 'deploy --print-input'];

const DATABASES: Record<string, () => Promise<TestDatabase>> = {
  English: createTestDatabase,
  German: async () => {
    const { url, remove } = await startGermanPostgres();
    const database = databaseAt(url, 'german', remove);
    await database.query(`alter database german set lc_messages = 'de_DE.UTF-8'`);
    return database;
  },
};

let project: DeployProject | undefined;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await project?.remove();
});

it.each(Object.entries(DATABASES))(
  'no value is found anywhere, of a server that speaks %s',
  async (language, open) => {
    const planted = plantValues();
    const { others } = planted;
    const database = await open();
    const ways = [...(await chooseWays(planted, QUOTING, database.query))];
    await database.query('create table locked (); create table asserted (text text)');
    await database.query(`insert into asserted select text from secrets`);
    const receiver = await startReceiver();
    project = await createDeployProject({
      database,
      environment: {
        TOKEN: others.placeholder,
        TOKEN_NAME: `name_${others.placeholder.split('.')[1]!}`,
        HOOK: `${receiver.address}/${others.webhook}`,
        HOOK_KEY: others.header,
        VARIABLE: others.variable,
      },
      settings: '    retryFor: 1s\n    lockTimeout: 20s\n',
      stages: `      - constraints: constraints
      - migrate: { directory: migrations, placeholders: { TOKEN: { env: TOKEN }, TOKEN_NAME: { env: TOKEN_NAME } } }
      - exec: { name: program, command: [sh, -c, 'test -e done || exit 3', '${others.argument}'], environment: { VARIABLE: { env: VARIABLE } } }
      - signal:
          - pgNotify: told
          - webhook: { url: { env: HOOK }, headers: { X-Key: { env: HOOK_KEY } } }
      - assert: assertions`,
      files: {
        ...Object.fromEntries(Object.entries(constraintsOf(planted)).map(([name, sql]) => [`constraints/${name}`, sql])),
        ...Object.fromEntries(ways.map(([name, sql], n) => [`migrations/${100 + n}_way.sql`, `-- ${name}\n${sql}\n`])),
        'migrations/800_wait.sql': 'alter table locked add column id int;',
        'migrations/850_last.up.sql': 'create table made_last ();',
        'migrations/850_last.down.sql': `do $$ begin perform '${others.down}'::int; end $$;`,
        'assertions/1_kept.sql': `select text = '${others.assertion}' as kept from asserted;`,
        'assertions/2_number.sql': 'select text::int > 0 as positive from secrets;',
      },
    });
    const { directory, target, spawn, pawl, write } = project;
    const places = new Map<string, string>();
    const keep = (place: string, text: string): void => void places.set(place, `${places.get(place) ?? ''}\n${text}`);

    const listener = new pg.Client({ connectionString: database.url });
    await listener.connect();
    closing.push(() => listener.end());
    listener.on('notification', ({ payload }) => keep('notifications', payload ?? ''));
    await listener.query('listen told');
    const metrics = `127.0.0.1:${await freePort()}`;
    const format = language === 'German' ? 'json' : 'text';
    const worker = spawn('worker', '--metrics', metrics, '--traces', receiver.address, '--log-format', format);
    await worker.waitForOutput(/pawl-[0-9a-f]{16}/);

    // Its query is what blocks the migration that waits.
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    closing.push(() => blocker.end().catch(() => undefined));
    await blocker.query(`begin; lock table locked in access share mode; select '${others.query}'`);
    expect((await pawl('deploy', '--detach')).code).toBe(0);
    const told = new Set<string>();
    const blockedOn: string[] = [];
    await withClient(async (client) => {
      const handle = client.workflow.getHandle(`deploy/${target}`);
      const decide = (verb: string, more: object) => handle.executeUpdate(verb, { args: [{ by: 'ann', ...more }] });
      for (let over = false; !over;) {
        const status = await waitFor(
          async () => {
            const now = await handle.query<DeployStatus>('status');
            const waits = now.work?.waitsFor?.length;
            return (now.state === 'blocked' || (waits && !told.has('wait'))) && now;
          },
          { what: 'a deploy that is blocked, or waits' },
        );
        keep('status query', JSON.stringify(status));
        keep('details in the Web UI', inspect(await handle.query('__temporal_workflow_metadata'), { depth: 9 }));
        keep('description: memo, search attributes, heartbeats', describeText(await handle.describe()));
        const { fault } = status;
        if (status.state !== 'blocked') {
          told.add('wait');
          const waiting = await handle.describe();
          keep('heartbeats', describeText(waiting.raw.pendingActivities));
          keep('verbs of a deploy that waits', (await pawl('status')).stdout + (await pawl('status', '--json')).stdout);
          await blocker.end();
          await waitFor(async () => !(await handle.query<DeployStatus>('status')).work?.waitsFor?.length, {
            what: 'no more waiting',
          });
          continue;
        }
        blockedOn.push(fault!.version ?? fault!.code);
        if (ways[Number(fault!.version) - 100]?.[1].includes('${TOKEN'))
          keep('verbs of a blocked deploy', Object.values(await pawl('deploy')).join('\n'));
        if (fault!.version !== undefined) await decide('skip', { version: fault!.version, reason: 'test' });
        else if (fault!.code === 'EXEC_FAILED') {
          keep('verbs of a blocked deploy', Object.values(await pawl('deploy')).join('\n'));
          await write({ done: '' });
          await decide('retry', {});
        } else if (!told.has('assertion')) {
          told.add('assertion');
          await database.query(`update asserted set text = '${others.assertion}'`);
          await decide('retry', {});
        } else {
          keep('verbs of a blocked deploy', Object.values(await pawl('deploy', '--json')).join('\n'));
          await decide('cancel', { reason: 'test' });
          over = true;
        }
      }
      await handle.result().catch(() => undefined);
    });
    expect(told).toEqual(new Set(['wait', 'assertion']));
    expect(blockedOn).toEqual([
      ...[901, 902, 903, 904, ...ways.map((_, n) => 100 + n)].map(String),
      'EXEC_FAILED',
      'ASSERTION_FAILED',
      'SQL_FAILED',
    ]);
    keep('history', await historyText(`deploy/${target}`));
    keep('metrics', await (await fetch(`http://${metrics}/metrics`)).text());
    await waitFor(() => receiver.traces() !== '', { what: 'the trace' });
    keep('traces', receiver.traces());
    keep('bodies of webhooks', receiver.bodies());
    for (const table of ['ledger', 'applied_migrations', 'lease', 'intents', 'deploys', 'events', 'backfills'])
      keep('ledger', JSON.stringify(await database.query(`select row_to_json(r) from pawl.${table} r`)));
    const said = worker.output();
    keep(`log of the worker (${format})`, said.stdout + said.stderr);

    // One after the other those that write; the rest by threes.
    const asked = VERBS.flatMap((verb) =>
      WITHOUT_JSON.includes(verb) ? [verb] : AS_TEXT.includes(verb) ? [verb, `${verb} --json`] : [`${verb} --json`],
    );
    const ask = async (verb: string): Promise<void> => {
      const { stdout, stderr } = await pawl(...verb.split(' '));
      expect(stdout + stderr, verb).not.toMatch(/unknown option|unexpected error/);
      keep(`pawl ${verb.split(' --')[0]!}${verb.endsWith('--json') ? ' --json' : ''}`, stdout + stderr);
    };
    const writes = asked.filter((verb) => /^(rollback|deploy --direct)/.test(verb));
    const reads = asked.filter((verb) => !writes.includes(verb));
    while (reads.length > 0) await Promise.all(reads.splice(0, 3).map(ask));
    for (const verb of writes) await ask(verb);
    for (const report of ['log.html', 'check.html', 'check.md', 'check.sarif'])
      keep(report, readFileSync(join(directory, report), 'utf8'));

    await write({ 'migrations/990_open.sql': "create role r password 'x' '${TOKEN}; select 1;\n" });
    for (const verb of [['plan'], ['plan', '--json'], ['deploy', '--direct']]) {
      const { stdout, stderr } = await pawl(...verb);
      expect(stdout + stderr).toMatch(/unterminated quoted string/);
      keep('pawl plan of a file that is no SQL', stdout + stderr);
    }

    const pieces = new Map([
      ...piecesOf(planted),
      ['password of the database', new URL(database.url).password],
      ['address of the database', database.url],
      ...SQL_TEXT.map((text) => [text, text] as const),
    ]);
    const found = [...places].flatMap(([place, text]) =>
      [...pieces]
        .filter(([source]) => !((OF_THE_FILES.has(source) || SQL_TEXT.includes(source)) && showsFiles(place)))
        // The key up to which a backfill is done stays in the database that it comes from.
        .filter(([source]) => !(source === 'backfilled' && place === 'ledger'))
        .filter(([, piece]) => text.includes(piece))
        .map(
          ([source, piece]) =>
            `${source} in ${place}: ${text.slice(Math.max(text.indexOf(piece) - 120, 0), text.indexOf(piece) + 40)}`,
        ),
    );
    console.log(
      `value search, ${language}: ${pieces.size} values planted in ${ways.length + 4 + 6} ways, ${places.size} places of ` +
        `${Math.round([...places.values()].join('').length / 1024)} KB searched, ${found.length} found`,
    );
    expect(found).toEqual([]);
    expect([...places].filter(([, text]) => text.trim() === '').map(([place]) => place)).toEqual([]);
  },
  480_000,
);

/** Commands that have the files show the line that failed, as it stands there. */
const showsFiles = (place: string): boolean => /^(pawl (deploy|check|rollback|verify)|check\.|verbs of a blocked)/.test(place);

/** A webhook's receiver that has a bad day at first, and a collector of traces. */
async function startReceiver(): Promise<{ address: string; traces: () => string; bodies: () => string }> {
  const sent: { url: string; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const first = sent.every(({ url }) => url !== request.url);
      sent.push({ url: request.url!, body });
      response.writeHead(first && request.url !== '/v1/traces' ? 500 : 200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const bodies = (traces: boolean): string =>
    sent.flatMap(({ url, body }) => ((url === '/v1/traces') === traces ? [body] : [])).join('\n');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    traces: () => bodies(true),
    bodies: () => bodies(false),
  };
}
