import type { CheckedMigration } from '../../src/check/report.js';
import { WORKS, type Work } from '../../src/check/trace/statement-trace.js';
import { nodeOf, parseStatements } from '../../src/engine/files/statements.js';
import { contradictions } from './contradictions.js';

const heaviest = (works: readonly (Work | undefined)[]) => WORKS.find((work) => works.includes(work));

/** Statements that change or read data have no claim about locks; code is only known by running it. */
const OPAQUE = new Set([
  ...['UpdateStmt', 'DeleteStmt', 'InsertStmt', 'MergeStmt', 'SelectStmt', 'CreateTableAsStmt', 'DoStmt', 'CallStmt'],
]);

/** What the rules say of each statement beside what was measured, where the two differ. */
export function disagreements(sql: string, migration: CheckedMigration): string[] {
  const statements = parseStatements(sql, 'x');
  const differences = migration.statements.flatMap(({ text, outcome }, index) => {
    if (outcome !== 'ran' || OPAQUE.has(nodeOf(statements[index]!)[0])) return [];
    const findings = [...migration.findings, ...migration.allowed.map(({ finding }) => finding)];
    const own = findings.filter((finding) => finding.statement === index);
    // It runs here because the table is empty; where there are rows it fails, and works on none of them.
    if (own.some(({ rule }) => rule === 'CL003')) return [];
    const claimed = heaviest(own.map(({ work }) => work));
    const blocking = migration.locks.filter((lock) => lock.statement === index && lock.blocks.some((who) => who !== 'schema'));
    const measured = heaviest(blocking.flatMap(({ work }) => work));
    return claimed === measured ? [] : [`${text}: rules say ${claimed ?? 'nothing'}, measured ${measured ?? 'nothing'}`];
  });
  return [...differences, ...contradictions(migration)];
}
