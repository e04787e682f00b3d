import type { Migration } from '../files/migration.js';

/** The versions whose place a file takes, by its lines `-- pawl:squashes <version> <version> ...`; empty for any other file. */
export function squashedVersions(migration: Migration): string[] {
  return migration.directives
    .filter(({ name }) => name === 'squashes')
    .flatMap(({ argument }) => argument.split(/[\s,]+/).filter((version) => version !== ''));
}
