import type { AlterTableCmd } from '@pgsql/types';
import type { Statement } from '../../engine/files/statements.js';

/**
 * What a statement may do to the names and rights that applications use: nothing, only add some, or anything. Code may do anything, and
 * so may what is not listed.
 */
export function effectOn({ node }: Statement): 'none' | 'adds' | 'any' {
  const kind = Object.keys(node)[0]!;
  if (NOTHING.has(kind)) return 'none';
  if (ADDS.has(kind)) return 'adds';
  if (!('AlterTableStmt' in node)) return 'any';
  const subtypes = (node.AlterTableStmt.cmds ?? []).map((cmd) =>
    'AlterTableCmd' in cmd && !dropsDefault(cmd.AlterTableCmd) ? (cmd.AlterTableCmd.subtype ?? '') : '',
  );
  if (subtypes.every((subtype) => subtype !== 'AT_AddColumn' && HARMLESS.has(subtype))) return 'none';
  return subtypes.every((subtype) => HARMLESS.has(subtype)) ? 'adds' : 'any';
}

/** INSERTs that rely on it fail where the column is NOT NULL. */
function dropsDefault({ subtype, def }: AlterTableCmd): boolean {
  return subtype === 'AT_ColumnDefault' && def === undefined;
}

const NOTHING = new Set([
  ...['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'TruncateStmt', 'CopyStmt', 'VariableSetStmt', 'LockStmt'],
  ...['IndexStmt', 'ReindexStmt', 'VacuumStmt', 'ClusterStmt', 'CommentStmt', 'CreateStatsStmt'],
]);

/** New tables may be published as they are made, but nobody uses them yet. */
const ADDS = new Set(['CreateStmt', 'CreateEnumStmt', 'CreateSeqStmt', 'CreateSchemaStmt', 'CreateTableAsStmt']);

const HARMLESS = new Set([
  ...['AT_AddColumn', 'AT_AlterColumnType', 'AT_ColumnDefault', 'AT_SetNotNull', 'AT_DropNotNull', 'AT_AddConstraint'],
  ...['AT_ValidateConstraint', 'AT_SetStatistics', 'AT_SetStorage', 'AT_SetCompression', 'AT_SetRelOptions'],
]);
