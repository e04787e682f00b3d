import { EngineError } from '../error.js';
import type { Migration } from './migration.js';

/** Files that have the same version, whatever their directories: two branches took the same number. Both are named. */
export function findCollisions(migrations: readonly Migration[]): EngineError[] {
  const first = new Map<string, Migration>();
  return migrations.flatMap((migration) => {
    const other = first.get(migration.version);
    if (!other) first.set(migration.version, migration);
    return other ? [collision(migration.version, other, migration)] : [];
  });
}

function collision(version: string, one: Migration, other: Migration): EngineError {
  return new EngineError(
    'FILES_DUPLICATE_VERSION',
    'refused',
    `version ${version} is there twice: ${one.path} and ${other.path}`,
    {
      next: 'Give the newer one the next free number; where both are applied already, by a tool that knows them by their names: `identity: name` of the stage. Nothing was run.',
      version,
    },
  );
}
