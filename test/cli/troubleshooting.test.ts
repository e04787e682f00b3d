import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { createDeployProject, type DeployProject, type DeployProjectOptions } from '../support/deploy-project.js';

interface Trouble extends Partial<DeployProjectOptions> {
  /** SQL that is run before. */
  readonly before?: string;
  /** Deployed well before these files take the place of the first ones. */
  readonly then?: Record<string, string | null>;
  /** A session that holds a lock meanwhile. */
  readonly holds?: string;
  readonly command?: readonly string[];
  readonly url?: (url: URL) => void;
  readonly env?: Record<string, string>;
}

interface Problem {
  readonly code?: string;
  readonly message: string;
  readonly next?: string;
  readonly path?: string;
  readonly faults?: readonly Problem[];
}

const ONE = { 'migrations/001_a.sql': 'create table a (id int primary key);' };
const IMPATIENT = '    retryFor: 500ms\n    lockTimeout: 1500ms\n';
const DIRECT = ['deploy', '--direct'] as const;

/** What goes wrong, by the words a person would use. */
const TROUBLES: Record<string, Trouble> = {
  'The password is wrong': { url: (url) => (url.password = 'guessed') },
  'The database server does not answer': { url: (url) => (url.port = '1'), settings: IMPATIENT },
  'The database does not exist': { url: (url) => (url.pathname = '/nowhere') },
  'The variable with the address is not set': { env: { TEST_DATABASE_URL: '' } },
  'The user may not create the ledger': {
    before: `do $$ begin create role reader login password 'reader'; exception when duplicate_object then null; end $$`,
    url: (url) => Object.assign(url, { username: 'reader', password: 'reader' }),
  },
  'A setting is misspelled': { settings: '    lockTimout: 3s\n' },
  'Another session holds the lock': {
    before: 'create table a ()',
    holds: 'lock table a in access share mode',
    files: { 'migrations/001_a.sql': 'alter table a add column b int;' },
    settings: IMPATIENT,
  },
  'Rows violate a unique index': {
    before: `create table people (email text); insert into people values ('twice@example.com'), ('twice@example.com')`,
    files: { 'migrations/001_a.sql': 'create unique index people_email on people (email);' },
  },
  'Rows violate a foreign key': {
    before: 'create table a (id int primary key); create table b (a int); insert into b values (7)',
    files: { 'migrations/001_a.sql': 'alter table b add constraint b_a foreign key (a) references a;' },
  },
  'A file has a mistake of grammar': { files: { 'migrations/001_a.sql': 'create tabel a (id int);' } },
  'A file names a table that is not there': { files: { 'migrations/001_a.sql': 'alter table oders add column note text;' } },
  'A file has a value that does not fit': {
    files: { 'migrations/001_a.sql': `create table a (id int); insert into a values ('secret');` },
  },
  'The user may not change a table': {
    files: { 'migrations/001_a.sql': 'set local role pg_monitor; create table public.a (id int);' },
  },
  'A statement runs longer than statementTimeout': {
    files: { 'migrations/001_a.sql': 'select pg_sleep(20);' },
    settings: '    statementTimeout: 200ms\n',
  },
  'The disk is full': {
    files: {
      'migrations/001_a.sql': `do $$ begin raise exception using errcode = '53100', message = 'could not extend file "base/5/16384": No space left on device'; end $$;`,
    },
    settings: IMPATIENT,
  },
  'An applied file was edited': { then: { 'migrations/001_a.sql': 'create table a (id bigint primary key);' } },
  'An applied file was renamed': {
    then: { 'migrations/001_a.sql': null, 'migrations/001_b.sql': 'create table a (id int primary key);' },
  },
  'Two files have the same version': { files: { ...ONE, 'migrations/001_b.sql': 'select 1;' } },
  'A file has a name without a version': { files: { ...ONE, 'migrations/note.sql': 'select 1;' } },
  'A file begins and ends transactions by itself': {
    files: { 'migrations/001_a.sql': 'begin; create table a (id int); commit;' },
  },
  'An assertion does not hold': {
    files: { ...ONE, 'assertions/a_is_filled.sql': 'select count(*) > 0 from a;' },
    stages: '      - migrate: migrations\n      - assert: assertions',
  },
  'A program of an exec stage fails': {
    stages: '      - migrate: migrations\n      - exec: { name: snapshot, command: [sh, -c, "echo broken >&2; exit 3"] }',
  },
  'A dependent does not become healthy': {
    stages:
      '      - migrate: migrations\n      - signal: [{ healthy: { url: "http://127.0.0.1:65531/healthz", within: 500ms, every: 100ms } }]',
  },
  'Temporal does not answer': { command: ['deploy'], env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } },
  'No worker holds the release': { command: ['deploy'] },
  'An approval comes when no deploy waits for one': { command: ['approve'] },
};

let project: DeployProject | undefined;
afterEach(() => project?.remove());

const rows: string[] = [];

describe('names cause and next step', () => {
  it.each(Object.entries(TROUBLES))('%s', async (what, trouble) => {
    const { before, then, holds, command = DIRECT, url, env = {}, ...options } = trouble;
    project = await createDeployProject({ files: ONE, ...options });
    const { database, pawl, write } = project;
    if (before !== undefined) await database.query(before);
    if (then) {
      expect((await pawl(...DIRECT)).code).toBe(0);
      await write(then);
    }
    const address = new URL(database.url);
    url?.(address);
    Object.assign(project.env, { TEST_DATABASE_URL: address.href }, env);
    const holder = new pg.Client({ connectionString: database.url, application_name: 'nightly-report' });
    await holder.connect();
    if (holds !== undefined) await holder.query(`begin; ${holds}`);
    const { code, stdout, stderr } = await pawl(...command, '--json');
    await holder.end();

    const { error } = JSON.parse(stdout) as { error: Problem };
    const faults = (error.faults ?? []).map((fault) => `${fault.path === undefined ? '' : `${fault.path}: `}${fault.message}`);
    const message = [error.message, ...faults].join('\n');
    expect({ code, next: error.next }).toEqual({
      code: expect.any(Number) as number,
      next: expect.stringMatching(/.{10}/) as string,
    });
    expect(code).not.toBe(0);
    expect(stderr + stdout).not.toMatch(/twice@example/);
    const text = (words: string): string => plain(words.replaceAll(project!.target, 'orders'));
    rows.push(`| ${what} | ${text(message)} | ${text(error.next ?? '')} | \`${error.code ?? ''}\` | ${code} |`);
  });
});

it('docs/troubleshooting.md shows these very texts', async () => {
  const page = `# Troubleshooting

Things that go wrong, with the texts that Pawl says then, in the terminal, as the fault of the deploy in the Web UI, and in the worker's log. A test
brings each of them about and writes this table. [Errors](errors.md) explains each code, [Operating](operating.md) what can be decided.

| What | What Pawl says | What to do | Code | Exit |
|---|---|---|---|---|
${rows.join('\n')}
`;
  await expect(page).toMatchFileSnapshot('../../docs/troubleshooting.md');
});

/** Without what differs from run to run. */
function plain(text: string): string {
  return text
    .trim()
    .replaceAll(/test_[0-9a-f]{12}/g, 'orders')
    .replaceAll(/session \d+/g, 'session 4711')
    .replaceAll(/, \d+ s\)/g, ', 12 s)')
    .replaceAll(
      /(127\.0\.0\.1|localhost|::1)(:\d{2,5})?/g,
      (_, host: string, port?: string) => `${host}${port === undefined || port === ':1' ? (port ?? '') : ':5432'}`,
    )
    .replaceAll(/\b[0-9a-f]{16}\b/g, '3f2a9c81d4e5b607')
    .replaceAll('TEST_DATABASE_URL', 'ORDERS_DATABASE_URL')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-11-21T05:00:00.000Z')
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, '<br>');
}
