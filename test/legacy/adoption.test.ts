import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { diffDatabases } from '../../src/catalog/diff.js';
import { findTracker } from '../../src/engine/legacy/find-tracker.js';
import { namedTool } from '../../src/engine/legacy/tools.js';
import { open } from '../../src/engine/postgres/open.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { begin, deployAll, targetOf } from '../support/engine.js';
import { dumpTables } from '../support/tracker-dump.js';
import { waitFor } from '../support/wait.js';
import { AFTERWARDS, BEFORE, FAILING, MIGRATIONS, SLOW } from '../support/legacy-migrations.js';
import { Project } from './project.js';
import type { Installed, RealTool } from './real-tool.js';
import { NODE_TOOLS } from './tools/node.js';
import { OTHER_TOOLS } from './tools/others.js';
import { PEER_TOOLS } from './tools/peers.js';

const RECORDED = join(import.meta.dirname, 'recorded');
const INSTALLING = 1_800_000;

describe.each([...PEER_TOOLS, ...NODE_TOOLS, ...OTHER_TOOLS].map((tool) => [tool.name, tool] as const))('%s', (name, tool) => {
  let installed: Installed | undefined;
  beforeAll(async () => {
    try {
      installed = await tool.install();
    } catch (error) {
      if (!tool.builtByHand) throw error;
      console.error(`${name} is not on the PATH: ${(error as Error).message}`);
    }
  }, INSTALLING);

  /** A database where the tool has applied the first migrations, and its project with them. */
  async function halfWay(): Promise<{ project: Project; database: TestDatabase }> {
    const database = await newDatabase();
    const project = new Project(installed!);
    await project.write(MIGRATIONS.slice(0, BEFORE));
    await project.up(database.url);
    return { project, database };
  }

  it('applies k of n, Pawl adopts and applies the rest: the schema is what the tool alone makes', async (context) => {
    if (!installed) return context.skip();
    const { project, database } = await halfWay();
    await record(tool, project, database, 'tracker');
    await project.write(MIGRATIONS);
    const target = targetOf(database, { adopt: { from: 'auto' } });
    await deployAll(target, [await project.stage()]);
    const sources = await database.query<{ source: string }>('select source from pawl.applied_migrations order by position');
    expect(sources.map(({ source }) => source)).toEqual(MIGRATIONS.map((_, n) => (n < BEFORE ? 'adopted' : 'applied')));
    const alone = await newDatabase();
    await project.up(alone.url);
    expect(await diffDatabases(alone.url, database.url)).toEqual([]);
    expect(await database.query('select count(*)::int as count from customers')).toEqual([{ count: 1 }]);
  });

  it('goes on where Pawl has mirrored its tracker', async (context) => {
    if (!installed) return context.skip();
    const { project, database } = await halfWay();
    await project.write(MIGRATIONS);
    const target = targetOf(database, { adopt: { from: 'auto', mirror: true } });
    if (typeof namedTool({ from: name }).mirror === 'string') {
      await expect(begin(target, [await project.stage()])).rejects.toMatchObject({ code: 'LEGACY_UNSUPPORTED' });
      return;
    }
    await deployAll(target, [await project.stage()]);
    await project.up(database.url);
    await project.write([...MIGRATIONS, AFTERWARDS]);
    await project.up(database.url);
    const alone = await newDatabase();
    await project.up(alone.url);
    expect(await diffDatabases(alone.url, database.url)).toEqual([]);
    expect(await database.query('select count(*)::int as count from customers')).toEqual([{ count: 1 }]);
  });

  it('leaves a failure behind that is refused, or nothing', async (context) => {
    if (!installed) return context.skip();
    const { project, database } = await halfWay();
    const broken = [...MIGRATIONS.slice(0, BEFORE), tool.afterFailure === 'dirty when killed' ? SLOW : FAILING];
    await project.write(broken, BEFORE);
    await (tool.afterFailure === 'dirty when killed' ? dies(project, database) : fails(project, database));
    await record(tool, project, database, 'failed');
    await project.write(MIGRATIONS);
    const target = targetOf(database, { adopt: { from: 'auto' } });
    const adopting = begin(target, [await project.stage()]);
    if (tool.afterFailure === 'clean') expect((await adopting).adopted).toBe(BEFORE);
    else await expect(adopting).rejects.toMatchObject({ code: 'LEGACY_DIRTY', verdict: 'refused' });
  });
});

async function newDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  return database;
}

/** Not every tool's exit code tells of it. */
async function fails(project: Project, database: TestDatabase): Promise<void> {
  const said = await project.up(database.url).catch((error: unknown) => {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  });
  expect(said).toMatch(/division by zero|non-transactional\] failed!/);
}

/** Killed in the middle of a migration, as a machine dies. */
async function dies(project: Project, database: TestDatabase): Promise<void> {
  const kill = new AbortController();
  const dead = project.up(database.url, kill.signal).catch(() => undefined);
  const sleeping = `from pg_stat_activity where datname = '${database.name}' and state = 'active' and query like '%pg_sleep(300)%' and pid <> pg_backend_pid()`;
  await waitFor(async () => (await database.query(`select pid ${sleeping}`)).length > 0, { what: 'the migration to run' });
  kill.abort();
  await dead;
  await database.query(`select pg_terminate_backend(pid) ${sleeping}`);
}

/** Keeps the tracker and the files for the ordinary tests, when asked to. */
async function record(
  { name, afterFailure }: RealTool,
  project: Project,
  { url }: TestDatabase,
  what: 'tracker' | 'failed',
): Promise<void> {
  if (!process.env['PAWL_RECORD']) return;
  const client = await open(url, 'record');
  const found = await findTracker(client, { from: 'auto' });
  await client.end();
  const { table, tool } = found!.tracker;
  const tables = [table, ...Object.keys(namedTool({ from: tool }).companions ?? {})];
  mkdirSync(join(RECORDED, name), { recursive: true });
  const head = `-- ${name} ${await project.version()}\n`;
  writeFileSync(join(RECORDED, name, `${what}.sql`), head + (await dumpTables(url, tables)));
  if (what === 'failed') return;
  await project.write(MIGRATIONS);
  const { directory, format } = project.tool;
  const recorded = { directory, format, afterFailure, files: project.files() };
  writeFileSync(join(RECORDED, name, 'project.json'), `${JSON.stringify(recorded, null, 2)}\n`);
}
