import type { Statement } from '../../files/statements.js';
import type { OnlineStatement } from './statement.js';

/** A statement that may run twice without harm (VACUUM, ALTER SYSTEM, what its author marked so): after a crash it runs again. */
export function repeatable(statement: Statement, title: string): OnlineStatement {
  return {
    title,
    sql: statement.text,
    verifiable: false,
    remember: () => Promise.resolve({}),
    probe: () => Promise.resolve('absent'),
    recover: () => Promise.resolve(),
  };
}
