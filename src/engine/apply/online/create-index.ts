import { EngineError } from '../../error.js';
import { relationName, replaceRelation, type RangeVar } from '../../files/relation.js';
import { nodeOf, type Statement } from '../../files/statements.js';
import type { Session } from '../../postgres/connect.js';
import { buildersOf } from '../../postgres/index-builds.js';
import type { OnlineStatement, Remembered } from './statement.js';

interface FoundIndex {
  name: string;
  definition: string;
  usable: boolean;
  /** Pid of a session that builds it just now. */
  builder: number | null;
}

/**
 * CREATE INDEX CONCURRENTLY. Cut short it leaves an INVALID index under the name, which IF NOT EXISTS then takes for the wanted one
 * (NOTICE 42P07). Here an index counts only when it is valid, ready and has the wanted definition.
 */
export function createIndex(statement: Statement): OnlineStatement {
  const [, fields] = nodeOf(statement);
  const table = fields['relation'] as RangeVar;
  const relation = relationName(table);
  const name = fields['idxname'] as string | undefined;

  async function probe(session: Session, before: Remembered, resumed: boolean): Promise<'absent' | 'done' | 'broken'> {
    const candidates = await findIndexes(session, relation, name, before);
    if (candidates.length === 0) return 'absent';
    const wanted = await wantedDefinition(session, statement, table, relation);
    const same = candidates.filter((index) => index.definition === wanted);
    const other = candidates[0]!;
    if (same.length === 0) {
      // Without a name of its own, another definition is just another index.
      if (name === undefined) return 'absent';
      if (!other.usable && resumed) return 'broken';
      throw conflict(other, wanted, relation);
    }
    if (same.some((index) => index.usable)) return 'done';
    const builder = same[0]!.builder;
    if (builder !== null) throw beingBuilt(same[0]!.name, builder);
    return 'broken';
  }

  return {
    title: `CREATE INDEX CONCURRENTLY ${name ?? `on ${table.relname}`}`,
    sql: withoutIfNotExists(statement, fields),
    verifiable: true,
    async remember(session) {
      const { rows } = await session.client.query<{ oid: string }>(
        'select indexrelid::text as oid from pg_catalog.pg_index where indrelid = pg_catalog.to_regclass($1)::oid',
        [relation],
      );
      return { indexes: rows.map((row) => row.oid) };
    },
    probe,
    // Its definition is the statement's own, for PostgreSQL has just made it.
    holds: async (session, before) => (await findIndexes(session, relation, name, before)).some(({ usable }) => usable),
    async recover(session, before) {
      for (const index of await findIndexes(session, relation, name, before)) {
        if (!index.usable) await session.client.query(`drop index concurrently if exists ${index.name}`);
      }
    },
  };
}

/** By name where the statement gives one; otherwise what has come to the table since the first attempt. */
async function findIndexes(
  session: Session,
  relation: string,
  name: string | undefined,
  before: Remembered,
): Promise<FoundIndex[]> {
  const { rows } = await session.client.query<FoundIndex>(
    `select i.indexrelid::regclass::text as name,
            (case when i.indisunique then 'UNIQUE' else '' end) || pg_catalog.regexp_replace(pg_catalog.pg_get_indexdef(i.indexrelid), '^.*? USING ', ' USING ') as definition,
            i.indisvalid and i.indisready and i.indislive as usable,
            (${buildersOf('i.indrelid', 'i.indexrelid')} limit 1) as builder
     from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
     join pg_catalog.pg_class t on t.oid = pg_catalog.to_regclass($1)::oid and t.relnamespace = c.relnamespace
     where case when $2::text is null then i.indrelid = t.oid and not (i.indexrelid::text = any($3::text[])) else c.relname = $2 end`,
    [relation, name ?? null, ((before['indexes'] as (string | number)[] | undefined) ?? []).map(String)],
  );
  return rows;
}

/** The definition as PostgreSQL itself words it, read from the same index on an empty table of the same shape. */
async function wantedDefinition(session: Session, statement: Statement, table: RangeVar, relation: string): Promise<string> {
  // Dropped only where a cancel has left it: what the server says of a table that is not there would count as said by the migration.
  const { rows: left } = await session.client.query(`select 1 where pg_catalog.to_regclass('pg_temp.pawl_shape') is not null`);
  if (left.length > 0) await session.client.query('drop table pg_temp.pawl_shape');
  await session.client.query(`create temp table pawl_shape (like ${relation})`);
  try {
    await session.client.query(replaceRelation(statement, table, 'pg_temp.pawl_shape'));
    const { rows } = await session.client.query<{ definition: string }>(
      `select (case when indisunique then 'UNIQUE' else '' end) || pg_catalog.regexp_replace(pg_catalog.pg_get_indexdef(indexrelid), '^.*? USING ', ' USING ') as definition
       from pg_catalog.pg_index where indrelid = 'pg_temp.pawl_shape'::regclass`,
    );
    return rows[0]!.definition;
  } finally {
    await session.client.query('drop table pg_temp.pawl_shape');
  }
}

function withoutIfNotExists(statement: Statement, fields: Record<string, unknown>): string {
  return fields['if_not_exists'] ? statement.text.replace(/\bif\s+not\s+exists\b/i, '') : statement.text;
}

function conflict(index: FoundIndex, wanted: string, relation: string): EngineError {
  return new EngineError(
    'INDEX_CONFLICT',
    'blocked',
    `index ${index.name} exists with another definition: ${index.definition.trim()} instead of ${wanted.trim()} on ${relation}${index.usable ? '' : '; the found one is INVALID'}`,
    { next: `Drop or rename the existing index (DROP INDEX CONCURRENTLY ${index.name};), or correct the file, then retry.` },
  );
}

function beingBuilt(name: string, pid: number): EngineError {
  return new EngineError(
    'INDEX_INVALID',
    'retry',
    `index ${name} is being built by session ${pid}, which is not one of this deploy`,
    {
      next: 'The deploy retries until that build has ended.',
    },
  );
}
