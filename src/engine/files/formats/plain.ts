import { EngineError } from '../../error.js';
import type { Discovered, MigrationFormat } from '../format.js';
import { migrationFile } from '../migration-file.js';
import { canonicalVersion, compareVersions } from '../migration.js';
import { fillPlaceholders } from '../placeholders.js';

/** `103_add_index.sql`, `000103.sql`, `1.2.3-x.sql`, `20240131120000_x.up.sql` */
const NAME = /^(\d+(?:\.\d+)*)(?:[_-].*?)?(?:\.(up|down))?\.sql$/;

/** Migrations in other languages, which other runners can run. */
const FOREIGN = /^[VvRr]?\d+.*\.(go|js|mjs|cjs|ts|rb|py|exs|xml|ya?ml|json|php|java|kt)$/;

/** Numbered SQL files, one migration each; with `.up.sql` and `.down.sql` as golang-migrate has them. */
export const plain: MigrationFormat = {
  name: 'plain',
  detects: () => true,
  async read(listing, { placeholders }) {
    const found: Discovered = { migrations: [], faults: [] };
    const downs = new Map<string, string>();
    for (const file of listing.files) if (/\.down\.sql$/.test(file)) downs.set(file.replace(/\.down\.sql$/, ''), file);
    for (const file of listing.files) {
      const [, number, direction] = NAME.exec(file) ?? [];
      if (FOREIGN.test(file)) found.faults.push(foreign(listing.directory, file));
      else if (!file.endsWith('.sql') || direction === 'down') continue;
      else if (number === undefined) found.faults.push(badName(listing.directory, file));
      else {
        const stem = file.replace(/(\.up)?\.sql$/, '');
        const down = downs.get(stem);
        downs.delete(stem);
        const text = await listing.text(file);
        const { migration, faults } = migrationFile(listing, {
          version: canonicalVersion(number),
          name: file,
          file,
          text,
          sql: fillPlaceholders(text, placeholders),
          down: down === undefined ? undefined : { file: down, sql: await listing.text(down) },
        });
        found.migrations.push(migration);
        found.faults.push(...faults);
      }
    }
    for (const file of downs.values()) found.faults.push(lonelyDown(listing.directory, file));
    found.migrations.sort((a, b) => compareVersions(a.version, b.version));
    return found;
  },
};

function badName(directory: string, file: string): EngineError {
  const nested = file.includes('/');
  return new EngineError(
    'FILES_BAD_NAME',
    'refused',
    `${directory}/${file}: ${nested ? 'a migration in a subdirectory' : 'the name does not begin with a version'}`,
    {
      next: nested
        ? 'Put it into the directory itself, or make the subdirectory a stage of its own.'
        : 'Name it <number>_<what it does>.sql, for example 0107_add_index.sql; or move it elsewhere.',
    },
  );
}

function foreign(directory: string, file: string): EngineError {
  const extension = file.slice(file.lastIndexOf('.') + 1);
  return new EngineError('FILES_UNSUPPORTED', 'refused', `${directory}/${file}: a migration in ${extension}, and Pawl runs SQL`, {
    next: 'Write what it does as SQL under the same version; or run its tool in an `exec` stage and move the file to a directory of its own.',
  });
}

function lonelyDown(directory: string, file: string): EngineError {
  return new EngineError('FILES_BAD_NAME', 'refused', `${directory}/${file}: a down file without its up file`, {
    next: `Add ${file.replace(/\.down\.sql$/, '.up.sql')}, or remove it.`,
  });
}
