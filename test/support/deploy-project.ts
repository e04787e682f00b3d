import { randomBytes } from 'node:crypto';
import { rm, writeFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { runPawl, spawnPawl, type Outcome, type Pawl } from './cli.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { writeProject } from './project.js';

/** A user's project with a database and a target of its own, on the shared Temporal server. */
export interface DeployProject {
  readonly directory: string;
  readonly target: string;
  readonly database: TestDatabase;
  readonly env: Record<string, string>;
  /** Starts `pawl worker` and waits until it polls. */
  readonly startWorker: (env?: Record<string, string>) => Promise<Pawl>;
  readonly pawl: (...args: string[]) => Promise<Outcome>;
  readonly spawn: (...args: string[]) => Pawl;
  readonly write: (files: Record<string, string | null>) => Promise<void>;
  /** Versions of the applied set, in the order in which they came. */
  readonly applied: () => Promise<string[]>;
  /** Ends what was started and drops the database. */
  readonly remove: () => Promise<void>;
}

export interface DeployProjectOptions {
  /** Only for pictures: a test that shares the Temporal server needs a name that nobody else has, as by default. */
  readonly target?: string;
  /** YAML of the stages, indented by six; `- migrate: migrations` by default. */
  readonly stages?: string;
  /** YAML of further settings of the target, indented by four. */
  readonly settings?: string;
  /** Another Temporal server than the shared one. */
  readonly temporalAddress?: string;
  /** Instead of a new database on the shared server; the project drops it. */
  readonly database?: TestDatabase;
  /** Added to the environment of all commands. */
  readonly environment?: Readonly<Record<string, string>>;
  /** By path; migrations live in `migrations/`. */
  readonly files: Record<string, string>;
}

export async function createDeployProject({
  target = `t-${randomBytes(5).toString('hex')}`,
  stages = '      - migrate: migrations',
  settings = '',
  temporalAddress = inject('temporalAddress'),
  database: given,
  environment = {},
  files,
}: DeployProjectOptions): Promise<DeployProject> {
  const database = given ?? (await createTestDatabase());
  // With the owner the digest is this project's alone: on the shared server no other test's worker polls its queue.
  const config = `targets:\n  ${target}:\n    database: { env: TEST_DATABASE_URL }\n    owner: ${target}\n${settings}    stages:\n${stages}\n`;
  const project = await writeProject({ 'pawl.config.yaml': config, ...files });
  const env = { TEST_DATABASE_URL: database.url, TEMPORAL_ADDRESS: temporalAddress, USER: 'tester', ...environment };
  const started: Pawl[] = [];
  const spawn = (args: string[], more: Record<string, string> = {}): Pawl => {
    const pawl = spawnPawl(args, { cwd: project.directory, env: { ...env, ...more } });
    started.push(pawl);
    return pawl;
  };
  return {
    directory: project.directory,
    target,
    database,
    env,
    spawn: (...args) => spawn(args),
    pawl: (...args) => runPawl(args, { cwd: project.directory, env, timeout: 90_000 }),
    async startWorker(more) {
      const worker = spawn(['worker'], more);
      await worker.waitForOutput(/pawl-(?:[\w.-]+-)?[0-9a-f]{16}/);
      return worker;
    },
    async write(changes) {
      for (const [path, text] of Object.entries(changes)) {
        const file = join(project.directory, path);
        await mkdir(dirname(file), { recursive: true });
        await (text === null ? rm(file) : writeFile(file, text));
      }
    },
    applied: async () =>
      (await database.query<{ version: string }>('select version from pawl.applied_migrations order by position')).map(
        (row) => row.version,
      ),
    async remove() {
      await Promise.all(started.map((pawl) => pawl.kill('SIGKILL')));
      await database.drop();
      await project.remove();
    },
  };
}
