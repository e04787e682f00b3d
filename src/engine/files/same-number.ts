import type { Migration } from './migration.js';

/**
 * Tools that know a migration by its whole name let two have the same number. The first in the order of names is known by the number here,
 * each further one by its whole name. One that comes later and sorts before the first takes its number: it then counts as the first one renamed,
 * which is refused, so that nothing runs twice.
 * @param migrations in the order in which they are applied
 * @param nameOf what the tool calls it
 */
export function tellApart(migrations: readonly Migration[], nameOf: (migration: Migration) => string): Migration[] {
  const taken = new Set<string>();
  return migrations.map((migration) => {
    const version = taken.has(migration.version) ? nameOf(migration) : migration.version;
    taken.add(version);
    return { ...migration, version };
  });
}
