import { nodeOf, type Statement } from '../../files/statements.js';
import { createIndex } from './create-index.js';
import { detachPartition } from './detach-partition.js';
import { dropIndex } from './drop-index.js';
import { namedObject } from './named-object.js';
import { reindex } from './reindex.js';
import { repeatable } from './repeatable.js';
import type { OnlineStatement } from './statement.js';

/**
 * The non-transactional form of a statement; undefined when it may run in a transaction.
 * @param autocommit why its author takes it out of one: its text does not show that a table is partitioned, whose REINDEX and CLUSTER
 * PostgreSQL refuses in a transaction
 */
export function onlineStatement(statement: Statement, autocommit: string | undefined): OnlineStatement | undefined {
  return recognised(statement) ?? (autocommit === undefined ? undefined : repeatable(statement, 'autocommit'));
}

function recognised(statement: Statement): OnlineStatement | undefined {
  switch (statement.type) {
    case 'IndexStmt':
      return nodeOf(statement)[1]['concurrent'] ? createIndex(statement) : undefined;
    case 'DropStmt':
      return nodeOf(statement)[1]['concurrent'] ? dropIndex(statement) : undefined;
    case 'ReindexStmt':
      return reindex(statement);
    case 'AlterTableStmt':
      return detachPartition(statement);
    case 'VacuumStmt':
      return nodeOf(statement)[1]['is_vacuumcmd'] ? repeatable(statement, 'VACUUM') : undefined;
    case 'AlterSystemStmt':
      return repeatable(statement, 'ALTER SYSTEM');
    case 'ClusterStmt':
      return nodeOf(statement)[1]['relation'] ? undefined : repeatable(statement, 'CLUSTER');
    case 'CreatedbStmt':
    case 'DropdbStmt':
    case 'CreateTableSpaceStmt':
    case 'DropTableSpaceStmt':
    case 'CreateSubscriptionStmt':
    case 'DropSubscriptionStmt':
      return namedObject(statement);
    default:
      return undefined;
  }
}
