import { literal } from '../postgres/quote.js';
import { claimRows, stem } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/**
 * Directus keeps its own migrations and the project's in one table; the version is the name up to the first dash, with a letter where a
 * day has several. Its own have no files here, so only rows with a file count.
 */
export const directus: LegacyTool = {
  name: 'directus',
  shape: {
    table: 'directus_migrations',
    columns: { version: /^character varying$/, name: /^character varying$/, timestamp: /^timestamp with time zone$/ },
    only: true,
  },
  rowsMayLag: true,

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ version: string }>(`select version from ${relation(tracker)} order by version`);
    const known = new Set(migrations.map(({ version }) => version));
    return { claims: claimRows(rows, migrations).filter(({ version }) => known.has(version)), dirty: [] };
  },

  mirror: {
    add: (tracker, { name, version }) => [
      `insert into ${relation(tracker)} (version, name) values (${literal(version)}, ${literal(title(name))}) on conflict do nothing`,
    ],
    remove: (tracker, { version }) => [`delete from ${relation(tracker)} where version = ${literal(version)}`],
  },

  keep: "Directus keeps its own migrations in it, and would run them all again. Take out the project's own files in extensions/migrations instead.",
};

/** `20240131A-add-total.sql` is "Add Total", as Directus words it. */
function title(name: string): string {
  const words = stem(name)
    .replace(/^[^-]*-/, '')
    .split(/[-_]/);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
