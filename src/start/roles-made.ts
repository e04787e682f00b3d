import type { TargetRelease } from '../config/release.js';
import { EngineError } from '../engine/error.js';
import { loadGrammar, parseStatements } from '../engine/files/statements.js';

/** Roles that the files of a release create. A file that cannot be read is reported where it is run. */
export async function rolesMadeBy({ migrations }: TargetRelease): Promise<string[]> {
  await loadGrammar();
  const files = [...migrations.values()].flatMap((stage) => stage.migrations);
  return files.flatMap(({ sql, path }) => {
    try {
      return parseStatements(sql, path).flatMap(({ node }) => ('CreateRoleStmt' in node ? (node.CreateRoleStmt.role ?? []) : []));
    } catch (error) {
      if (error instanceof EngineError) return [];
      throw error;
    }
  });
}
