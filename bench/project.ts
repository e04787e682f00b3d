import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createDatabase } from '../src/embedded/database.js';
import type { Bench } from './pawl.js';
import type { Servers } from './servers.js';

let made = 0;

export function write(directory: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** A folder of its own and an empty database. */
export async function emptyProject(servers: Servers, name: string): Promise<{ directory: string; url: string }> {
  const unique = `${name}_${(made += 1)}`;
  return {
    directory: join(servers.directory, unique),
    url: await createDatabase(servers.postgres.url, unique.replaceAll(/\W/g, '_').toLowerCase()),
  };
}

/** A project of Pawl's with a target of its own. @param migrations SQL in order */
export async function pawlProject(servers: Servers, migrations: readonly string[]): Promise<Bench> {
  const { directory, url } = await emptyProject(servers, 'pawl');
  const target = `bench-${made}-${process.pid}`;
  write(directory, {
    'pawl.config.yaml': `targets:\n  ${target}:\n    database: { env: BENCH_DATABASE_URL }\n    stages:\n      - migrate: migrations\n`,
    ...Object.fromEntries(migrations.map((sql, index) => [migrationPath(index), sql])),
  });
  return { directory, target, url, servers };
}

export function migrationPath(index: number): string {
  return `migrations/${String(index + 1).padStart(6, '0')}_step.sql`;
}
