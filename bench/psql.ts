import { join } from 'node:path';
import { emptyProject, write } from './project.js';
import type { Servers } from './servers.js';
import { timed } from './timing.js';

/** The floor: one psql, one transaction per file with its tracker row. @returns seconds */
export async function timePsql(servers: Servers, migrations: readonly string[]): Promise<number> {
  const { directory, url } = await emptyProject(servers, 'psql');
  const parts = migrations.map(
    (sql, index) => `begin;\n${sql}\ninsert into schema_migrations (version) values (${index + 1});\ncommit;\n`,
  );
  const tracker = 'create table schema_migrations (version int primary key, applied_at timestamptz not null default now());\n';
  write(directory, { 'all.sql': tracker + parts.join('') });
  return timed({ command: ['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', join(directory, 'all.sql'), url], cwd: directory });
}
