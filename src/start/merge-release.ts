import type { TargetRelease } from '../config/release.js';
import type { CheckRemark } from '../check/report.js';
import { compareVersions, type Migration } from '../engine/files/migration.js';

/** The three sides of a merge. */
export interface MergeSides {
  readonly ours: TargetRelease;
  readonly base: TargetRelease;
  /** Where the two parted. */
  readonly fork: TargetRelease;
  /** As the user calls the base branch. */
  readonly name: string;
}

/**
 * What is deployed after a merge: our files, the base's new ones, and of those that only the base has changed, the base's.
 * @returns it, and the versions that both sides have taken
 */
export function mergeRelease({ ours, base, fork, name }: MergeSides): {
  readonly release: TargetRelease;
  readonly collisions: readonly CheckRemark[];
} {
  const [before, theirs, mine] = [fork, base, ours].map(byVersion) as [Files, Files, Files];
  const collisions: CheckRemark[] = [];
  const merged = [...ours.migrations].map(([index, stage]) => {
    const kept = stage.migrations.map((migration) => {
      const there = theirs.get(migration.version);
      const then = before.get(migration.version);
      if (!there || (there.name === migration.name && there.checksum === migration.checksum)) return migration;
      if (then && then.name === migration.name && then.checksum === migration.checksum) return there;
      if (then) return migration;
      collisions.push(collision(migration, there, name, [...mine.keys(), ...theirs.keys()]));
      return there;
    });
    const news = (base.migrations.get(index)?.migrations ?? []).filter(
      ({ version }) => !mine.has(version) && !before.has(version),
    );
    return [index, { ...stage, migrations: inOrder(kept, news) }] as const;
  });
  return { release: { ...ours, migrations: new Map(merged) }, collisions };
}

type Files = ReadonlyMap<string, Migration>;

function byVersion({ migrations }: TargetRelease): Files {
  return new Map(
    [...migrations.values()].flatMap((stage) => stage.migrations.map((migration) => [migration.version, migration])),
  );
}

/** Formats with a plan have an order of their own. */
function inOrder(ours: readonly Migration[], news: readonly Migration[]): Migration[] {
  const compare = (a: Migration, b: Migration): number => compareVersions(a.version, b.version);
  const sorted = ours.every((migration, at) => at === 0 || compare(ours[at - 1]!, migration) <= 0);
  return sorted ? [...ours, ...news].sort(compare) : [...news, ...ours];
}

function collision(mine: Migration, theirs: Migration, base: string, versions: readonly string[]): CheckRemark {
  const newest = [...versions].sort(compareVersions).at(-1)!;
  return {
    severity: 'error',
    code: 'BASE_COLLISION',
    message: `Version ${mine.version} is taken on ${base} too, by ${theirs.path}: ${mine.path} would never be applied.`,
    next: `Give ${mine.path} a version above ${newest}.`,
  };
}
