import type { Migration } from '../engine/files/migration.js';
import { nodeOf, parseStatements, type Statement } from '../engine/files/statements.js';
import { literal } from '../engine/postgres/quote.js';

/**
 * Statements about roles, which are no part of a database and so of no dump: taken over as they are, a role only where it is not there.
 */
export function clusterStatements(migrations: readonly Migration[]): string[] {
  return migrations.flatMap((migration) => parseStatements(migration.sql, migration.path).flatMap(carried));
}

function carried(statement: Statement): string[] {
  const [type, fields] = nodeOf(statement);
  if (type === 'CreateRoleStmt') {
    const name = literal(String(fields['role']));
    return [
      `DO $pawl$ BEGIN\n  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${name}) THEN\n    ${statement.text};\n  END IF;\nEND $pawl$;`,
    ];
  }
  const aboutRoles =
    ['AlterRoleStmt', 'AlterRoleSetStmt', 'GrantRoleStmt'].includes(type) ||
    (type === 'DoStmt' && /\bcreate\s+(role|user)\b/i.test(statement.text));
  return aboutRoles ? [`${statement.text};`] : [];
}
