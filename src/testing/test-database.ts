import { identifier } from '../engine/postgres/quote.js';
import { isServerError } from '../engine/postgres/sqlstate.js';
import { STATE } from '../engine/postgres/states.js';
import { ourDatabases } from './sweep.js';
import { afterTest } from './after-test.js';
import { copySettings } from './database-defaults.js';
import type { ReleaseOptions, TestDatabase, TestDatabaseOptions } from './options.js';
import { releaseTemplate } from './release-template.js';
import { ensureTemplate, write, type Template } from './template.js';
import { openTestServer } from './open-server.js';
import type { TestServer } from './test-server.js';

/** See `testDatabase` in ./index.ts. */
export async function makeTestDatabase({ url, test, ...release }: TestDatabaseOptions): Promise<TestDatabase> {
  const server = await openTestServer(url, process.env);
  const template = await templateOf(server, release);
  const database = await copy(server, template);
  if (test) afterTest(test, { passed: () => database.drop(), failed: () => database.keep() });
  return database;
}

/** Read once per process: the files of a running test suite do not change. */
const templates = new Map<string, Promise<Template>>();

async function templateOf(server: TestServer, release: ReleaseOptions): Promise<Template> {
  const key = JSON.stringify([server.url, release.cwd ?? process.cwd(), release.target, release.config, release.exec]);
  let template = templates.get(key);
  if (!template) {
    template = releaseTemplate(server, release, process.env).then(async (found) => {
      await ensureTemplate(server, found);
      return found;
    });
    templates.set(key, template);
    template.catch(() => templates.delete(key));
  }
  return template;
}

async function copy(server: TestServer, template: Template): Promise<TestDatabase> {
  const name = server.nextName();
  const create = (): Promise<object[]> =>
    server.query(`create database ${identifier(name)} template ${identifier(template.name)}${server.copying}`);
  try {
    await create();
  } catch (error) {
    // Somebody has dropped it since.
    if (!isServerError(error) || error.code !== STATE.invalidCatalogName) throw error;
    await ensureTemplate(server, template);
    await create();
  }
  await copySettings(server, template.name, name);
  return {
    name,
    url: server.urlOf(name),
    drop: async () => void (await server.query(`drop database if exists ${identifier(name)} with (force)`)),
    async keep() {
      await write(server, name, { kept: new Date().toISOString(), roles: template.roles });
      process.stderr.write(
        `The database of the failed test is kept: ${shown(server.urlOf(name))} (later: pawl test-db --kept)\n`,
      );
    },
  };
}

/** The databases of failed tests that are still there. */
export async function keptDatabases(url?: string): Promise<Pick<TestDatabase, 'name' | 'url'>[]> {
  const server = await openTestServer(url, process.env);
  const kept = (await ourDatabases(server)).filter(({ note }) => note.kept !== undefined);
  return kept.map(({ name }) => ({ name, url: server.urlOf(name) }));
}

/** The embedded server's password is worth nothing and needed; one of another server is known to whoever named it. */
function shown(address: string): string {
  const url = new URL(address);
  if (url.hostname !== '127.0.0.1') url.password = '';
  return url.href;
}
