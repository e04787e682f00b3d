import { inject } from 'vitest';
import { holdFleet, type HeldFleet } from '../../src/config/hold-fleet.js';
import { loadConfig } from '../../src/config/load.js';
import { resolveFleet } from '../../src/config/resolve-fleet.js';
import type { FleetStatus } from '../../src/contract/fleet.js';
import { createDatabase, dropDatabase } from '../../src/embedded/database.js';
import { rollOutDirectly } from '../../src/fleet/direct.js';
import type { RolloutChoice } from '../../src/config/rollout.js';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { recorder } from './engine.js';
import { writeProject } from './project.js';

/** A project with a fleet whose members are databases of the shared server, named `<prefix>_<member>`. */
export interface FleetProject {
  readonly directory: string;
  /** Of the fleet; nobody else's on a shared Temporal server. */
  readonly name: string;
  readonly members: readonly string[];
  readonly env: Record<string, string>;
  readonly hold: (env?: Record<string, string>) => Promise<HeldFleet>;
  /** Rolls the files out as they are now, in this process. */
  readonly rollOut: (choice?: RolloutChoice, signal?: AbortSignal) => Promise<FleetStatus>;
  readonly query: <Row extends pg.QueryResultRow = Record<string, unknown>>(member: string, sql: string) => Promise<Row[]>;
  readonly write: (files: Record<string, string>) => Promise<void>;
  readonly read: (file: string) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export interface FleetOptions {
  readonly members: readonly string[];
  /** YAML of further settings of the fleet, indented by four. */
  readonly settings?: string;
  /** YAML of the stages, indented by six. */
  readonly stages?: string;
  readonly files: Record<string, string>;
}

export async function createFleetProject({
  members,
  settings = '',
  stages = '      - migrate: migrations',
  files,
}: FleetOptions): Promise<FleetProject> {
  const server = inject('postgresUrl');
  const id = randomBytes(4).toString('hex');
  const name = `f-${id}`;
  const databaseOf = (member: string): string => `fleet_${id}_${member}`;
  for (const member of members) await createDatabase(server, databaseOf(member));
  const list = members.map((member, at) => `        - { name: ${member}, at: ${at} }\n`).join('');
  const config = `fleets:\n  ${name}:\n    database: { env: FLEET_URL }\n    owner: ${name}\n${settings}    members:\n      list:\n${list}    stages:\n${stages}\n`;
  const project = await writeProject({ 'pawl.config.yaml': config, ...files });
  const template = new URL(server);
  template.pathname = '/PLACE';
  const env = { FLEET_URL: template.href.replace('PLACE', `fleet_${id}_{name}`), USER: 'tester' };
  const hold = async (more: Record<string, string> = {}): Promise<HeldFleet> => {
    const loaded = await loadConfig({ cwd: project.directory });
    return holdFleet(resolveFleet(name, loaded.config, env), loaded, { ...env, ...more });
  };
  return {
    directory: project.directory,
    name,
    members,
    env,
    hold,
    async rollOut(choice = {}, signal) {
      const rollout = { id: randomUUID(), label: 'test', by: 'tester', environment: {} };
      return rollOutDirectly({ fleet: await hold(), rollout, ...choice, control: recorder(signal), onSight: () => undefined });
    },
    async query<Row extends pg.QueryResultRow>(member: string, sql: string) {
      const url = new URL(server);
      url.pathname = `/${databaseOf(member)}`;
      const client = new pg.Client({ connectionString: url.href });
      await client.connect();
      try {
        return (await client.query<Row>(sql)).rows;
      } finally {
        await client.end();
      }
    },
    async write(changes) {
      for (const [path, text] of Object.entries(changes)) {
        const file = join(project.directory, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
    },
    read: (file) => readFile(join(project.directory, file), 'utf8'),
    async remove() {
      for (const member of members) await dropDatabase(server, databaseOf(member));
      await project.remove();
    },
  };
}

/** Names `t1` to `tN`. */
export const tenants = (count: number): string[] => Array.from({ length: count }, (_, at) => `t${at + 1}`);
