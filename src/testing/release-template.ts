import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { engineTarget } from '../config/engine-target.js';
import { loadConfig } from '../config/load.js';
import { readRelease, type TargetRelease } from '../config/release.js';
import { resolveTarget, type ProcessEnvironment } from '../config/resolve.js';
import { recordedFiles, type Before, type Stage } from '../config/schema.js';
import { deployDirect } from '../direct/deploy.js';
import { makeRoles } from '../embedded/scratch-roles.js';
import { likeThePlatform } from '../start/before.js';
import { rolesMadeBy } from '../start/roles-made.js';
import { scratchEnvironment } from '../start/scratch-environment.js';
import { TEMPLATE } from './names.js';
import type { ReleaseOptions } from './options.js';
import type { Template } from './template.js';
import type { TestServer } from './test-server.js';

/** What a template of the release that is here consists of. @throws ConfigError; EngineError for files that cannot be deployed */
export async function releaseTemplate(
  server: TestServer,
  { target: wanted, config: file, cwd = process.cwd(), exec = false }: ReleaseOptions,
  environment: ProcessEnvironment,
): Promise<Template> {
  const { config, root } = await loadConfig({ cwd, file });
  const resolved = resolveTarget(wanted, config, environment);
  const release = await readRelease(resolved, root);
  const [fault] = release.faults;
  if (fault) throw fault;
  const platform = likeThePlatform(resolved.target.before, root);
  const stages = resolved.target.stages.map((stage) => (isDone(stage, exec) ? stage : NOTHING));
  return {
    name: TEMPLATE + (await identityOf(release, resolved.target.before, root, exec)),
    roles: await rolesMadeBy(release),
    async fill(url) {
      await makeRoles(server.url, { needed: platform.roles, made: [] }, databaseOf(url));
      await platform.prepare(url);
      const moved = scratchEnvironment(environment, resolved.target, url);
      const target = { ...engineTarget(resolved, moved, url), showValues: true, adopt: undefined };
      await deployDirect({
        held: { target, stages, notify: [], release, root, retryFor: 0 },
        label: 'test',
        by: 'pawl test',
        environment: moved,
        say: () => undefined,
        control: { signal: new AbortController().signal, report: () => undefined },
      });
    },
  };
}

const NOTHING: Stage = { signal: [] };

/** What makes the schema. An assertion may be about rows that only the real database has. */
function isDone(stage: Stage, exec: boolean): boolean {
  return recordedFiles(stage) !== undefined || ('exec' in stage && exec);
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/** The release, what comes before it, and the values that its files are filled with: none of those two is in the digest. */
async function identityOf(
  { digest, migrations }: TargetRelease,
  before: Before | undefined,
  root: string,
  exec: boolean,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([digest, exec, before]));
  for (const stage of migrations.values()) for (const { sql } of stage.migrations) hash.update(sql);
  // One that cannot be read is reported where it is run.
  for (const file of before?.sql ?? []) hash.update(await readFile(join(root, file)).catch(() => ''));
  return hash.digest('hex').slice(0, 16);
}
