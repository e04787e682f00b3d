import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deploy } from '../../src/cli/commands/deploy.js';
import { plan } from '../../src/cli/commands/plan.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { temporaryDirectory } from '../support/directory.js';
import { ADDRESSES, TLS } from '../support/hostile/addresses.js';
import type { HostileCase } from '../support/hostile/case.js';
import { CONFIGS } from '../support/hostile/configs.js';
import { FILES, type HostileFiles } from '../support/hostile/files.js';
import { faultsIn, tell, type Told } from '../support/hostile/judge.js';
import { startStrangers } from '../support/hostile/servers.js';
import { SQL } from '../support/hostile/sql.js';
import { writeProject } from '../support/project.js';

/** What a verb that is refused leaves as it was. */
const OBJECTS = `select (select count(*) from pg_class where oid >= 16384) as relations, (select count(*) from pg_proc where oid >= 16384) as functions,
  (select count(*) from pg_namespace where oid >= 16384) as schemas`;
const NONE = [{ relations: '0', functions: '0', schemas: '0' }];
const CONFIG = 'targets: { a: { database: { env: DB }, stages: [{ migrate: m }] } }\n';

const named = <Case extends HostileCase>(cases: readonly Case[]): (readonly [string, Case])[] =>
  cases.map((each) => [each.what.slice(0, 100), each] as const);

let database: TestDatabase;
let remove: (() => Promise<void>) | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(() => remove?.());
afterAll(() => database.drop());

describe('configurations', () => {
  it.each(named(CONFIGS))('%s', async (_, { file = 'pawl.config.yaml', text, environment, target, ...expected }) => {
    const project = await writeProject({ [file]: text, 'm/1_a.sql': 'create table a ();' });
    ({ remove } = project);
    const { directory } = project;
    const told = await tell(
      plan,
      { target },
      { cwd: directory, environment: { HOME: directory, DB: database.url, ...environment } },
    );
    expect(faultsIn(told, expected), told.stderr.slice(0, 2_000)).toEqual([]);
    expect(told.stderr).not.toContain('hunter2');
    expect(readdirSync(directory).sort()).toEqual(['m', file].sort());
    expect(readdirSync(join(directory, 'm'))).toEqual(['1_a.sql']);
    expect(await database.query(OBJECTS)).toEqual(NONE);
  });
});

describe.each(Object.entries({ addresses: ADDRESSES, TLS }))('%s', (_, cases) => {
  const place = temporaryDirectory();
  let strangers: Awaited<ReturnType<typeof startStrangers>>;
  let words: Readonly<Record<string, string>>;
  beforeAll(async () => {
    strangers = await startStrangers();
    const url = new URL(database.url);
    const garbage = join(place.directory, 'garbage.pem');
    writeFileSync(garbage, 'no certificate', { mode: 0o600 });
    words = { PORT: url.port, PW: url.password, DB: database.name, GARBAGE_FILE: garbage, ...strangers.ports };
  });
  afterAll(async () => {
    strangers.stop();
    await place.remove();
  });

  it.each(named(cases))('%s', async (_what, { address, environment, ...expected }) => {
    const project = await writeProject({ 'pawl.config.yaml': CONFIG, 'm/1_a.sql': 'create table a ();' });
    ({ remove } = project);
    const { directory } = project;
    const url = address.replaceAll(/\{([A-Z_]+)\}/g, (whole, word: string) => words[word] ?? whole);
    const told = await tell(plan, {}, { cwd: directory, environment: { HOME: directory, DB: url, ...environment } });
    expect(faultsIn(told, expected), told.stderr.slice(0, 2_000)).toEqual([]);
    expect(told.stderr).not.toMatch(/hunter2/);
    expect(told.stderr).not.toContain(words['PW']);
    expect(await database.query(OBJECTS)).toEqual(NONE);
  });
});

/** What is left of a deploy that was refused or rolled back, beside the ledger. */
const LEFT = `select (select count(*) from pg_class c where oid >= 16384 and relnamespace not in (select oid from pg_namespace where nspname in ('pawl', 'pg_toast'))) as relations,
  (select count(*) from pg_proc p where oid >= 16384 and pronamespace <> coalesce(to_regnamespace('pawl')::oid, 0)) as functions,
  (select count(*) from pg_namespace where oid >= 16384 and nspname not in ('pawl', 'public')) as schemas`;

/** Nothing of what the case before has left, if it has failed. */
const anew = (): Promise<unknown> =>
  database.query('drop schema if exists pawl cascade; drop schema public cascade; create schema public');

/** Deploys a directory `m` without Temporal. */
async function deployed(
  files: Readonly<Record<string, string | Buffer>>,
  { stage = '', lay, environment }: Pick<HostileFiles, 'stage' | 'lay' | 'environment'>,
): Promise<Told & { readonly left: readonly (readonly string[])[] }> {
  const project = await writeProject({
    'pawl.config.yaml': `targets: { a: { database: { env: DB }, retryFor: 0s, stages: [{ migrate: { directory: m, ${stage} } }] } }\n`,
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`m/${name}`, text])),
  });
  ({ remove } = project);
  const { directory } = project;
  lay?.(join(directory, 'm'));
  const listed = (): string[] => readdirSync(directory, { recursive: true }) as string[];
  const before = listed();
  const told = await tell(
    deploy,
    { direct: true, ifBusy: 'fail', onFailure: 'abort', by: 'ann', release: 'r' },
    { cwd: directory, environment: { HOME: directory, DB: database.url, ...environment } },
  );
  return { ...told, left: [before, listed()] };
}

describe('files', () => {
  beforeEach(anew);

  it.each(named(FILES))('%s', async (_, { files, stage, lay, environment, ...expected }) => {
    const { left, ...told } = await deployed(files, { stage, lay, environment });
    expect(faultsIn(told, expected), told.stderr.slice(0, 2_000)).toEqual([]);
    if (environment) expect(told.stderr).not.toContain('hunter2');
    expect(left[1]).toEqual(left[0]);
    expect(await database.query(LEFT)).toEqual(NONE);
  });
});

describe('SQL', () => {
  beforeEach(anew);

  it.each(named(SQL))('%s', async (_, { sql, ...expected }) => {
    const told = await deployed({ '1_a.sql': sql }, {});
    expect(faultsIn(told, expected), told.stderr.slice(0, 2_000)).toEqual([]);
    expect(await database.query(LEFT)).toEqual(NONE);
    const recorded = await database.query(`select to_regclass('pawl.applied_migrations') is not null as there`);
    const rows = recorded[0]!['there'] === true ? await database.query('select version from pawl.applied_migrations') : [];
    expect(rows).toHaveLength(expected.exit === 0 ? 1 : 0);
  });
});
