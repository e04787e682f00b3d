import { annotated } from '../annotated.js';
import { someFile } from '../file-fault.js';
import type { MigrationFormat } from '../format.js';
import type { Migration } from '../migration.js';
import { numbered } from '../numbered.js';

/**
 * sql-migrate: `-- +migrate Up notransaction`, `-- +migrate Down`. A migration is known by the name of its file, which need not begin with
 * a number. Facts: its sqlparse/sqlparse.go and Migration.Less in migrate.go.
 */
export const sqlMigrate: MigrationFormat = {
  name: 'sql-migrate',
  tool: 'sql-migrate',
  flat: true,
  around: (sql) => `-- +migrate Up\n-- +migrate StatementBegin\n${sql}-- +migrate StatementEnd\n`,
  detects: (listing) => someFile(listing, /^[^/]*\.sql$/, /^-- \+migrate (Up|Down)\b/m),
  read: numbered({
    file: /^(\d*)[^/]*\.sql$/,
    script: annotated('sql-migrate', '-- +migrate '),
    compare: byNumberThenName,
    known: 'by name',
  }),
};

function byNumberThenName(a: Migration, b: Migration): number {
  const [left, right] = [a, b].map(({ name }) => /^\d+/.exec(name)?.[0]);
  if (left !== undefined && right !== undefined && BigInt(left) !== BigInt(right)) return BigInt(left) < BigInt(right) ? -1 : 1;
  if ((left === undefined) !== (right === undefined)) return left === undefined ? 1 : -1;
  return a.name < b.name ? -1 : 1;
}
