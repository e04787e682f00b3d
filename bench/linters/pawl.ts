import { checkMigrations } from '../../src/check/check.js';
import type { Linter } from './linter.js';

export const pawl: Linter = {
  name: 'pawl check',
  style: [],
  install: () =>
    Promise.resolve(async ({ migration, url }) => {
      const { migrations } = await checkMigrations({
        url,
        stages: [{ kind: 'migrate', name: 'schema', migrations: [migration] }],
      });
      return migrations.flatMap(({ findings, failure }) => [
        ...findings.map(({ rule, severity }) => ({ rule, level: severity })),
        ...(failure ? [{ rule: 'failed', level: 'error' as const }] : []),
      ]);
    }),
};
