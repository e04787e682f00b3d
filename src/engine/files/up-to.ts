import { EngineError } from '../error.js';
import { nearest } from '../nearest.js';
import { versionOf, type Migration } from './migration.js';
import type { MigrationStage } from './stage.js';

/**
 * The stages of a deploy that ends with a version: everything before it in the order of the pipeline, and nothing after it.
 * @param stages in the order in which they are deployed
 * @param to the version, as a person writes it, or the file's name
 * @returns the same stages with their reach, and at which of them the deploy ends
 * @throws EngineError `FILES_UNKNOWN_VERSION`
 */
export function stagesUpTo(
  stages: readonly MigrationStage[],
  to: string,
): { readonly stages: readonly MigrationStage[]; readonly last: MigrationStage } {
  const last = stages.find(({ migrations }) => migrations.some(isMeant(to)));
  if (!last) throw unknownVersion(stages, to);
  const end = stages.indexOf(last);
  const reach = last.migrations.findIndex(isMeant(to)) + 1;
  const limited = stages.map((stage, at) => (at < end ? stage : { ...stage, reach: at === end ? reach : 0 }));
  return { stages: limited, last: limited[end]! };
}

/** The migrations of a stage that a deploy may apply. */
export function withinReach({ migrations, reach }: Pick<MigrationStage, 'migrations' | 'reach'>): readonly Migration[] {
  return reach === undefined ? migrations : migrations.slice(0, reach);
}

const isMeant =
  (to: string) =>
  ({ version, name }: Migration): boolean =>
    version === versionOf(to) || name === to;

function unknownVersion(stages: readonly MigrationStage[], to: string): EngineError {
  const versions = stages.flatMap(({ migrations }) => migrations.map(({ version }) => version));
  const similar = nearest(versionOf(to), versions);
  return new EngineError('FILES_UNKNOWN_VERSION', 'refused', `no migration of this release has the version ${to}`, {
    next:
      similar === undefined
        ? 'Name the version of one of its files; `pawl plan` lists those that are pending.'
        : `Did you mean ${similar}? \`pawl plan\` lists those that are pending.`,
  });
}
