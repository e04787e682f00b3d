import type { Session } from '../postgres/connect.js';
import { identifier } from '../postgres/quote.js';
import { relationName, replaceRelation } from '../files/relation.js';
import { foreignKeyDefinition } from './foreign-key.js';
import { deferral, type WantedConstraint } from './wanted.js';

export interface FoundConstraint {
  /** As pg_get_constraintdef() words it, without NOT VALID. */
  readonly definition: string;
  readonly validated: boolean;
}

/** The constraint of that name on that table. */
export async function findConstraint(session: Session, wanted: WantedConstraint): Promise<FoundConstraint | undefined> {
  const { rows } = await session.client.query<FoundConstraint>(
    `select regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '') as definition, convalidated as validated
     from pg_catalog.pg_constraint where conrelid = to_regclass($1) and conname = $2`,
    [relationName(wanted.table), wanted.name],
  );
  return rows[0];
}

/**
 * The wanted definition as PostgreSQL itself words it, read from the same constraint on an empty temporary table of the same shape:
 * nothing is locked and nothing is scanned. A foreign key cannot stand on a temporary table, so its words are put together by hand.
 */
export async function wantedDefinition(session: Session, wanted: WantedConstraint): Promise<string> {
  if (wanted.kind === 'CONSTR_FOREIGN') return foreignKeyDefinition(session, wanted);
  if (typeof wanted.fields['indexname'] === 'string') return indexDefinition(session, wanted, wanted.fields['indexname']);
  const { client } = session;
  await client.query(
    `drop table if exists pg_temp.pawl_shape; create temp table pawl_shape (like ${relationName(wanted.table)})`,
  );
  try {
    await client.query(replaceRelation(wanted.statement, wanted.table, 'pg_temp.pawl_shape'));
    const { rows } = await client.query<{ definition: string }>(
      `select regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '') as definition
       from pg_catalog.pg_constraint where conrelid = 'pg_temp.pawl_shape'::regclass and conname = $1`,
      [wanted.name],
    );
    return rows[0]!.definition;
  } finally {
    await client.query('drop table if exists pg_temp.pawl_shape');
  }
}

/** UNIQUE or PRIMARY KEY USING INDEX: the columns are the index's. Once used, the index bears the name of the constraint. */
async function indexDefinition(session: Session, wanted: WantedConstraint, index: string): Promise<string> {
  const { rows } = await session.client.query<{ columns: string }>(
    `select string_agg(quote_ident(a.attname), ', ' order by k.n) as columns
     from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
     cross join lateral unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) with ordinality k(attnum, n)
     join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
     where i.indrelid = to_regclass($1) and c.relname = any($2)`,
    [relationName(wanted.table), [index, wanted.name]],
  );
  const word = wanted.kind === 'CONSTR_PRIMARY' ? 'PRIMARY KEY' : 'UNIQUE';
  return `${word} (${rows[0]?.columns ?? identifier(index)})${deferral(wanted)}`;
}
