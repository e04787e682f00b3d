import { compareVersions } from '../../engine/files/migration.js';
import type { Rule } from './rule.js';

export const nm001: Rule = {
  id: 'NM001',
  title: 'a version that is taken, or too low',
  why: "A version is a migration's identity for the whole target. The same one twice means that one of the two is never applied; a stage whose files run before those of a lower version reads out of order.",
  safe: 'Give the newer file the next free version.',
  check({ migration, deploy, statements, stage }) {
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
    const higher = deploy
      .slice(0, at)
      .find((entry) => entry.stage === stage && compareVersions(entry.migration.version, migration.version) > 0);
    return higher
      ? [{ statement, severity: 'error', message: `It runs after ${higher.migration.path}, which has a higher version.` }]
      : [];
  },
};
