import { EngineError } from '../../error.js';
import { relationName, type RangeVar } from '../../files/relation.js';
import { nodeOf, type Statement } from '../../files/statements.js';
import type { Session } from '../../postgres/connect.js';
import { buildersOf } from '../../postgres/index-builds.js';
import { repeatable } from './repeatable.js';
import type { OnlineStatement } from './statement.js';

/** What a REINDEX goes over: a query for the oids of its tables, with the name that it takes as $1. */
interface Scope {
  readonly name: string;
  readonly tables: string;
}

/**
 * REINDEX CONCURRENTLY: cut short, it leaves copies beside the index (`_ccnew`, `_ccold`, then `_ccnew1` ...), which only slow the table down.
 * REINDEX SCHEMA, DATABASE and SYSTEM refuse a transaction too, and may simply run again once those copies are cleared away.
 */
export function reindex(statement: Statement): OnlineStatement | undefined {
  const [, fields] = nodeOf(statement);
  const kind = String(fields['kind']);
  const concurrently = ((fields['params'] as { DefElem: { defname: string } }[] | undefined) ?? []).some(
    (param) => param.DefElem.defname === 'concurrently',
  );
  if (kind !== 'REINDEX_OBJECT_INDEX' && kind !== 'REINDEX_OBJECT_TABLE') {
    const again = repeatable(statement, 'REINDEX');
    return concurrently ? { ...again, ...clearing(wholeScope(kind, fields['name'])) } : again;
  }
  if (!concurrently) return undefined;
  const table = fields['relation'] as RangeVar;
  const relation = relationName(table);
  const { probe, recover } = clearing({ name: relation, tables: MEMBERS });
  return {
    title: `REINDEX CONCURRENTLY ${table.relname}`,
    sql: statement.text,
    verifiable: true,
    recover,
    async remember(session) {
      return { files: await indexFiles(session, relation) };
    },
    async probe(session, before, resumed) {
      if ((await probe(session, before, resumed)) === 'broken') return 'broken';
      if (!resumed) return 'absent';
      const rebuilt = await indexFiles(session, relation);
      const old = (before['files'] as Record<string, string> | undefined) ?? {};
      return Object.entries(rebuilt).every(([name, file]) => old[name] !== undefined && old[name] !== file) ? 'done' : 'absent';
    },
  };
}

/** Finds and drops the copies that a REINDEX CONCURRENTLY left when it was cut short. */
function clearing(scope: Scope): Pick<OnlineStatement, 'probe' | 'recover'> {
  return {
    async probe(session) {
      if ((await leftovers(session, scope)).length === 0) return 'absent';
      await refuseForeignBuild(session, scope);
      return 'broken';
    },
    async recover(session) {
      for (const name of await leftovers(session, scope)) await session.client.query(`drop index concurrently if exists ${name}`);
    },
  };
}

/**
 * The table that $1 is, or is an index of; its partitions, since REINDEX goes over them; and their TOAST tables, whose index
 * REINDEX TABLE CONCURRENTLY rebuilds too.
 */
const MEMBERS = `with named as (select coalesce((select indrelid from pg_catalog.pg_index where indexrelid = pg_catalog.to_regclass($1)::oid), pg_catalog.to_regclass($1))::regclass as oid),
    member as (select oid::oid from named union select relid::oid from named, pg_catalog.pg_partition_tree(named.oid))
  select oid from member union select c.reltoastrelid from pg_catalog.pg_class c join member on member.oid = c.oid`;

function wholeScope(kind: string, name: unknown): Scope {
  if (kind !== 'REINDEX_OBJECT_SCHEMA')
    return { name: '', tables: 'select oid from pg_catalog.pg_class where $1::text is not null' };
  return {
    name: String(name),
    tables: `with member as (select c.oid, c.reltoastrelid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = $1)
      select oid from member union select reltoastrelid from member`,
  };
}

/**
 * Each index that REINDEX CONCURRENTLY rebuilds, with the file it lives in: a rebuilt one has a new one. It passes over the indexes of exclusion
 * constraints and over those that are INVALID; partitioned ones have no file.
 */
async function indexFiles(session: Session, relation: string): Promise<Record<string, string>> {
  const { rows } = await session.client.query<{ name: string; file: string }>(
    `with named as (select pg_catalog.to_regclass($1) as oid),
       member as (select oid::oid from named union select relid::oid from named, pg_catalog.pg_partition_tree(named.oid))
     select c.oid::regclass::text as name, c.relfilenode::text as file from pg_catalog.pg_class c join pg_catalog.pg_index i on i.indexrelid = c.oid
     where i.indisvalid and not i.indisexclusion and c.relkind = 'i' and (c.oid in (select oid from member) or i.indrelid in (select oid from member))`,
    [relation],
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.file]));
}

/** What looks left over belongs to a build of somebody who does not know our lock; dropping it would break that build. */
async function refuseForeignBuild(session: Session, { name, tables }: Scope): Promise<void> {
  const { rows } = await session.client.query<{ pid: number; relation: string }>(
    `select build.pid, scope.oid::regclass::text as relation
     from (${tables}) as scope (oid), lateral (${buildersOf('scope.oid')}) as build`,
    [name],
  );
  const build = rows[0];
  if (!build) return;
  throw new EngineError(
    'INDEX_INVALID',
    'retry',
    `an index of ${build.relation} is being built by session ${build.pid}, which is not one of this deploy`,
    {
      next: 'Pawl keeps trying.',
    },
  );
}

async function leftovers(session: Session, { name, tables }: Scope): Promise<string[]> {
  const { rows } = await session.client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_catalog.pg_class c join pg_catalog.pg_index i on i.indexrelid = c.oid
     where not i.indisvalid and c.relname::text operator(pg_catalog.~) '_cc(new|old)[0-9]*$'::text and i.indrelid in (${tables})`,
    [name],
  );
  return rows.map((row) => row.name);
}
