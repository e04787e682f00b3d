import { posix } from 'node:path';
import type { Migration } from '../files/migration.js';
import { stem } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

interface Row {
  readonly app: string;
  readonly name: string;
}

/**
 * Django keeps a row for each migration of each app, those of its own apps too; only those that have a file here count. Files in the folder
 * of an app (`orders/migrations/0002_total.sql`) are held against that app's rows.
 */
export const django: LegacyTool = {
  name: 'django',
  shape: {
    table: 'django_migrations',
    columns: { app: /^character varying$/, name: /^character varying$/, applied: /^timestamp with time zone$/ },
  },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<Row>(`select app, name from ${relation(tracker)} order by id`);
    const apps = new Set(rows.map(({ app }) => app));
    return {
      claims: migrations
        .filter((migration) => rows.some((row) => isRowOf(row, migration, apps)))
        .map(({ version, name }) => ({ version, name, content: 'unknown' as const, assumed: false })),
      dirty: [],
    };
  },

  mirror: 'its rows name apps, which SQL files do not: before going back, run `manage.py migrate --fake`',

  keep: 'Django keeps the migrations of its own apps (auth, sessions, ...) in it, and would run them all again.',
};

function isRowOf({ app, name }: Row, migration: Migration, apps: ReadonlySet<string>): boolean {
  if (stem(migration.name) !== name) return false;
  const folders = posix.dirname(migration.path).split('/');
  return folders.includes(app) || !folders.some((folder) => apps.has(folder));
}
