import { EngineError } from '../../error.js';
import { relationName, type RangeVar } from '../../files/relation.js';
import { nodeOf, type Statement } from '../../files/statements.js';
import type { Session } from '../../postgres/connect.js';
import { repeatable } from './repeatable.js';
import type { OnlineStatement } from './statement.js';

/**
 * REINDEX CONCURRENTLY: cut short, it leaves copies beside the index (`_ccnew`, `_ccold`, then `_ccnew1` ...), which only slow the table down.
 * REINDEX SCHEMA, DATABASE and SYSTEM refuse a transaction too, and may simply run again.
 */
export function reindex(statement: Statement): OnlineStatement | undefined {
  const [, fields] = nodeOf(statement);
  const kind = String(fields['kind']);
  const concurrently = ((fields['params'] as { DefElem: { defname: string } }[] | undefined) ?? []).some(
    (param) => param.DefElem.defname === 'concurrently',
  );
  const whole = !['REINDEX_OBJECT_INDEX', 'REINDEX_OBJECT_TABLE'].includes(kind);
  if (whole) return repeatable(statement, 'REINDEX');
  if (!concurrently) return undefined;
  const table = fields['relation'] as RangeVar;
  const relation = relationName(table);
  return {
    title: `REINDEX CONCURRENTLY ${table.relname}`,
    sql: statement.text,
    verifiable: true,
    async remember(session) {
      return { files: await indexFiles(session, relation) };
    },
    async probe(session, before, resumed) {
      if ((await leftovers(session, relation)).length > 0) {
        await refuseForeignBuild(session, relation);
        return 'broken';
      }
      if (!resumed) return 'absent';
      const rebuilt = await indexFiles(session, relation);
      const old = (before['files'] as Record<string, string> | undefined) ?? {};
      return Object.entries(rebuilt).every(([name, file]) => old[name] !== undefined && old[name] !== file) ? 'done' : 'absent';
    },
    async recover(session) {
      for (const name of await leftovers(session, relation))
        await session.client.query(`drop index concurrently if exists ${name}`);
    },
  };
}

/** The table that $1 is, or is an index of, and its TOAST table: REINDEX TABLE CONCURRENTLY rebuilds that one's index too. */
const TABLES = `select t.oid from pg_catalog.pg_class t, (select coalesce((select indrelid from pg_catalog.pg_index where indexrelid = to_regclass($1)), to_regclass($1)) as oid) r
  where t.oid = r.oid or t.oid = (select reltoastrelid from pg_catalog.pg_class where oid = r.oid)`;

/** Each valid index with the file it lives in: a rebuilt index has a new one. */
async function indexFiles(session: Session, relation: string): Promise<Record<string, string>> {
  const { rows } = await session.client.query<{ name: string; file: string }>(
    `select c.oid::regclass::text as name, c.relfilenode::text as file from pg_catalog.pg_class c join pg_catalog.pg_index i on i.indexrelid = c.oid
     where i.indisvalid and (c.oid = to_regclass($1) or i.indrelid = to_regclass($1))`,
    [relation],
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.file]));
}

/** What looks left over belongs to a build of somebody who does not know our lock; dropping it would break that build. */
async function refuseForeignBuild(session: Session, relation: string): Promise<void> {
  const { rows } = await session.client.query<{ pid: number }>(
    `select pid from pg_catalog.pg_stat_progress_create_index where pid <> pg_backend_pid() and relid in (${TABLES})`,
    [relation],
  );
  const pid = rows[0]?.pid;
  if (pid === undefined) return;
  throw new EngineError(
    'INDEX_INVALID',
    'retry',
    `an index of ${relation} is being built by session ${pid}, which is not one of this deploy`,
    {
      next: 'It is waited for.',
    },
  );
}

async function leftovers(session: Session, relation: string): Promise<string[]> {
  const { rows } = await session.client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_catalog.pg_class c join pg_catalog.pg_index i on i.indexrelid = c.oid
     where not i.indisvalid and c.relname ~ '_cc(new|old)[0-9]*$' and i.indrelid in (${TABLES})`,
    [relation],
  );
  return rows.map((row) => row.name);
}
