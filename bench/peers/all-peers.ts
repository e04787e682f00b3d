import { dbmate, golangMigrate, goose, tern } from './go.js';
import { flyway, liquibase } from './java.js';
import { drizzle, graphileMigrate, knex, nodePgMigrate } from './node.js';
import { alembic, sqitch, sqlx } from './other.js';
import type { Peer } from './peer.js';

export const PEERS: readonly Peer[] = [
  goose,
  golangMigrate,
  tern,
  dbmate,
  sqlx,
  nodePgMigrate,
  graphileMigrate,
  knex,
  drizzle,
  alembic,
  flyway,
  liquibase,
  sqitch,
];
