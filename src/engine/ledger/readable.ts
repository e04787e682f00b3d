import type pg from 'pg';
import { EngineError } from '../error.js';
import { ownMessage } from '../postgres/failure.js';
import { identifier } from '../postgres/quote.js';
import { isServerError } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';

/**
 * Does work that only reads the ledger. What a role without rights on it gets is no defect, and has a cure: the grants to run.
 * @throws EngineError `CONNECT_PERMISSION`, and whatever the work throws
 */
export async function readable<T>(client: pg.Client, ledger: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isServerError(error) || error.code !== STATE.insufficientPrivilege) throw error;
    await client.query('rollback');
    const { rows } = await client.query<{ role: string }>('select current_user::pg_catalog.text as role');
    const [schema, role] = [identifier(ledger), identifier(rows[0]!.role)];
    throw new EngineError(
      'CONNECT_PERMISSION',
      'refused',
      `the role ${role} may not read the ledger in schema ${schema}: ${ownMessage(error)} (SQLSTATE 42501)`,
      {
        next: `Let the role that owns the ledger run: GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role};`,
        sqlstate: error.code,
        cause: error,
      },
    );
  }
}
