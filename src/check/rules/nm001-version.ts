import { compareVersions } from '../../engine/files/migration.js';
import type { Rule } from './rule.js';

export const nm001: Rule = {
  id: 'NM001',
  title: 'a version that is taken',
  why: "A version is a migration's identity for the whole target. The same one twice means that one of the two is never applied. In which order files run is for their format to say, which is by text in some.",
  safe: 'Give the newer file the next free version.',
  check({ migration, deploy, statements }) {
    const statement = statements[0];
    if (!statement) return [];
    const at = deploy.findIndex((entry) => entry.migration === migration);
    const twin = deploy
      .slice(0, at)
      .find(
        (entry) =>
          compareVersions(entry.migration.version, migration.version) === 0 && entry.migration.version === migration.version,
      );
    if (twin) {
      return [
        {
          statement,
          severity: 'error',
          message: `Version ${migration.version} is taken by ${twin.migration.path} (stage ${twin.stage}).`,
        },
      ];
    }
    return [];
  },
};
