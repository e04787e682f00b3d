import { dbmate, golangMigrate, goose, tern } from '../../../bench/peers/go.js';
import { flyway, liquibase } from '../../../bench/peers/java.js';
import { graphileMigrate, knex, nodePgMigrate } from '../../../bench/peers/node.js';
import { alembic, sqitch, sqlx } from '../../../bench/peers/other.js';
import { byPath, padded } from '../../../bench/peers/peer.js';
import { ofPeer, type RealTool } from '../real-tool.js';

/** Migrations written as SQL, for a tool whose own are code. */
const sql = (migrations: readonly string[]): Record<string, string> =>
  byPath(migrations, (text, n) => [`sql/${padded(n)}_step.sql`, text]);

/** Those that the benchmark knows. */
export const PEER_TOOLS: readonly RealTool[] = [
  ofPeer(golangMigrate, 'golang-migrate', 'dirty'),
  ofPeer(goose, 'goose', 'clean'),
  ofPeer(tern, 'tern', 'clean'),
  ofPeer(dbmate, 'dbmate', 'clean'),
  ofPeer(sqlx, 'sqlx', 'clean'),
  ofPeer(nodePgMigrate, 'node-pg-migrate', 'clean', { format: 'node-pg-migrate' }),
  ofPeer(graphileMigrate, 'graphile-migrate', 'clean'),
  ofPeer(knex, 'knex', 'dirty when killed', {
    sql,
    // In a transaction its lock goes with it.
    breakable(files, index) {
      const path = `migrations/${padded(index)}_step.js`;
      return { ...files, [path]: `${files[path]}exports.config = { transaction: false };\n` };
    },
  }),
  ofPeer(alembic, 'alembic', 'clean', { sql }),
  // In a transaction a failure leaves nothing; nor does it while the lock is one, as it is by default: the failed row is rolled back with it.
  ofPeer(flyway, 'flyway', 'dirty', {
    breakable: (files, index) => ({
      ...files,
      [`migrations/V${index + 1}__step.sql.conf`]: 'executeInTransaction=false\n',
      'flyway.conf': 'flyway.postgresql.transactional.lock=false\n',
    }),
  }),
  ofPeer(liquibase, 'liquibase', 'dirty when killed'),
  ofPeer(sqitch, 'sqitch', 'clean', { directory: '.' }),
];
