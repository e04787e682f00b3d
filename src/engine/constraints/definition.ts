import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import { relationName } from '../files/relation.js';
import type { Session } from '../postgres/connect.js';
import { identifier } from '../postgres/quote.js';
import { foreignKeyDefinition } from './foreign-key.js';
import { deferral, type WantedConstraint } from './wanted.js';

export interface FoundConstraint {
  /** As pg_get_constraintdef() words it, without NOT VALID. */
  readonly definition: string;
  readonly validated: boolean;
}

/**
 * The constraint of that name on that table, which has the wanted definition; undefined when there is none.
 * @throws EngineError `CONSTRAINT_CONFLICT` when another definition stands under the name
 */
export async function findConstraint(
  session: Session,
  migration: Migration,
  wanted: WantedConstraint,
): Promise<FoundConstraint | undefined> {
  const { rows } = await session.client.query<FoundConstraint>(
    `select pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(oid), ' NOT VALID$', '') as definition, convalidated as validated
     from pg_catalog.pg_constraint where conrelid = pg_catalog.to_regclass($1)::oid and conname = $2`,
    [relationName(wanted.table), wanted.name],
  );
  const found = rows[0];
  if (!found) return undefined;
  const definition = await wantedDefinition(session, wanted);
  if (found.definition !== definition) throw conflict(migration, wanted, found.definition, definition);
  return found;
}

/**
 * The wanted definition as PostgreSQL itself words it, read from the same constraint on an empty temporary table of the same shape:
 * nothing is locked and nothing is scanned. A foreign key cannot stand on a temporary table, so its words are put together by hand.
 */
async function wantedDefinition(session: Session, wanted: WantedConstraint): Promise<string> {
  if (wanted.kind === 'CONSTR_FOREIGN') return foreignKeyDefinition(session, wanted);
  if (typeof wanted.fields['indexname'] === 'string') return indexDefinition(session, wanted, wanted.fields['indexname']);
  return onShape(session, wanted, async (shape) => {
    const { rows } = await session.client.query<{ definition: string }>(
      `select pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(oid), ' NOT VALID$', '') as definition
       from pg_catalog.pg_constraint where conrelid = $1::regclass::oid and conname = $2`,
      [shape, wanted.name],
    );
    return rows[0]!.definition;
  });
}

/** Puts a constraint on an empty temporary table that has the name and the columns of its own, for the time of some work. */
async function onShape<T>(session: Session, wanted: WantedConstraint, work: (shape: string) => Promise<T>): Promise<T> {
  const { client } = session;
  const shape = `pg_temp.${identifier(wanted.table.relname)}`;
  await client.query(`create temp table ${identifier(wanted.table.relname)} (like ${relationName(wanted.table)})`);
  try {
    await client.query(`alter table ${shape} add ${wanted.words}`);
    return await work(shape);
  } finally {
    await client.query(`drop table ${shape}`);
  }
}

/** UNIQUE or PRIMARY KEY USING INDEX: the columns are the index's. Once used, the index bears the name of the constraint. */
async function indexDefinition(session: Session, wanted: WantedConstraint, index: string): Promise<string> {
  const { rows } = await session.client.query<{ columns: string }>(
    `select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by k.n) as columns
     from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
     cross join lateral pg_catalog.unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) with ordinality k(attnum, n)
     join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
     where i.indrelid = pg_catalog.to_regclass($1)::oid and c.relname = any($2)`,
    [relationName(wanted.table), [index, wanted.name]],
  );
  const word = wanted.kind === 'CONSTR_PRIMARY' ? 'PRIMARY KEY' : 'UNIQUE';
  return `${word} (${rows[0]?.columns ?? identifier(index)})${deferral(wanted)}`;
}

function conflict(migration: Migration, wanted: WantedConstraint, found: string, definition: string): EngineError {
  return new EngineError(
    'CONSTRAINT_CONFLICT',
    'blocked',
    `${migration.path}: ${relationName(wanted.table)} has another constraint named ${wanted.name}: found ${found}, wanted ${definition}`,
    {
      next: 'Drop or rename the one in the database, or correct the file; then retry or deploy again.',
      version: migration.version,
    },
  );
}
