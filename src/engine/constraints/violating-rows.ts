import { duplicatesQuery, type UniqueKeys } from '../apply/duplicates.js';
import { nodeOf } from '../files/statements.js';
import { relationName, replaceRelation, type RangeVar } from '../files/relation.js';
import type { Session } from '../postgres/connect.js';
import { identifier, literal } from '../postgres/quote.js';
import { foreignKeyColumns } from './foreign-key.js';
import type { PieceContext } from './piece.js';
import { namesOf, type Wanted, type WantedConstraint } from './wanted.js';

/** How the rows that violate a constraint are found. */
export interface Violation {
  /** What is wrong with them: `duplicates`. */
  readonly fault: string;
  /** Columns whose values name them, quoted. */
  readonly keys: readonly string[];
  /** Lists them: first the keys, then how many rows have them. */
  readonly query: string;
  /** Where keys and query hold text of the user's file, which may hold data: what a person does in their place, as a sentence. */
  readonly instead?: string;
}

/** Keys that are there more than once; NULLs count as different unless the constraint says otherwise. */
export async function violatedUnique(session: Session, wanted: Wanted, context: PieceContext): Promise<Violation | undefined> {
  if (wanted.want === 'index') return duplicates(wanted, await indexKeys(session, wanted, context));
  if (wanted.want !== 'constraint') return undefined;
  const keys = namesOf(wanted.fields['keys']).map(identifier);
  return duplicates(wanted, { keys, nullsEqual: wanted.fields['nulls_not_distinct'] === true, predicate: null });
}

type IndexKeys = Omit<UniqueKeys, 'table'>;

function duplicates({ table }: Wanted, unique: IndexKeys): Violation {
  const { keys, predicate } = unique;
  const query = duplicatesQuery({ table, ...unique });
  const plain = keys.every(isName) && !predicate;
  return { fault: 'duplicates', keys, query, ...(!plain && { instead: "Group the table's rows by the keys of the index." }) };
}

/** A quoted or plain column, not an expression. */
export const isName = (key: string): boolean => /^("([^"]|"")*"|\w+)$/.test(key);

/** Columns, expressions and predicate of an index as PostgreSQL words them, read from the same index on an empty table. */
async function indexKeys(session: Session, wanted: Wanted, { statement }: PieceContext): Promise<IndexKeys> {
  const { client } = session;
  const [, fields] = nodeOf(statement);
  const shape = `pg_temp.${identifier(wanted.table.relname)}`;
  await client.query(`create temp table ${identifier(wanted.table.relname)} (like ${relationName(wanted.table)})`);
  try {
    await client.query(replaceRelation(statement, wanted.table, shape));
    const { rows } = await client.query<{ keys: string[]; predicate: string | null }>(
      `select array(select pg_catalog.pg_get_indexdef(indexrelid, k, false) from pg_catalog.generate_series(1, indnkeyatts) k order by k) as keys,
              pg_catalog.pg_get_expr(indpred, indrelid) as predicate
       from pg_catalog.pg_index where indrelid = $1::regclass::oid`,
      [shape],
    );
    const { keys, predicate } = rows[0]!;
    return { keys: keys.map(inParentheses), predicate, nullsEqual: fields['nulls_not_distinct'] === true };
  } finally {
    await client.query(`drop table ${shape}`);
  }
}

/** An expression that is neither a name nor a call needs them. */
const inParentheses = (key: string): string => (/^("([^"]|"")*"|\w+|\w+\(.*\)|\(.*\))$/.test(key) ? key : `(${key})`);

interface FoundKey {
  readonly parent: string;
  readonly own: readonly string[];
  readonly referenced: readonly string[];
  readonly full: boolean;
}

/** Rows whose key the other table does not have; with MATCH FULL also those where it is NULL in part. */
export async function violatedForeignKey(session: Session, wanted: Wanted): Promise<Violation | undefined> {
  if (wanted.want !== 'constraint' && wanted.want !== 'validation') return undefined;
  const key = wanted.want === 'constraint' ? await wantedKey(session, wanted) : await presentKey(session, wanted);
  if (!key) return undefined;
  const { parent, own, referenced, full } = key;
  const same = own.map((column, n) => `other.${referenced[n]!} = own.${column}`).join(' and ');
  const whole = own.map((column) => `own.${column} is not null`).join(' and ');
  const part =
    full && own.length > 1 ? ` or num_nulls(${own.map((c) => `own.${c}`).join(', ')}) between 1 and ${own.length - 1}` : '';
  const keys = own.map((column) => `own.${column}`).join(', ');
  const lacks = `(${whole} and not exists (select from ${parent} other where ${same}))${part}`;
  return {
    fault: `no counterpart in ${parent}`,
    keys: own,
    query: `select ${keys}, count(*) as rows from ${relationName(wanted.table)} own where ${lacks} group by ${keys}`,
  };
}

/** As the file has it: one that goes on in a single step is not in the catalog when it fails. */
async function wantedKey(session: Session, wanted: WantedConstraint): Promise<FoundKey> {
  const { fields } = wanted;
  const { relation, own, columns } = await foreignKeyColumns(session, wanted);
  return { parent: relation, own, referenced: columns, full: fields['fk_matchtype'] === 'f' };
}

async function presentKey(session: Session, { table, name }: Wanted & { name: string }): Promise<FoundKey | undefined> {
  const names = (relation: string, numbers: string): string =>
    `array(select pg_catalog.quote_ident(a.attname) from pg_catalog.unnest(${numbers}) with ordinality k(num, n) join pg_catalog.pg_attribute a on a.attrelid = ${relation} and a.attnum = k.num order by k.n)`;
  const { rows } = await session.client.query<FoundKey>(
    `select confrelid::regclass::text as parent, confmatchtype = 'f' as full,
            ${names('conrelid', 'conkey')} as own, ${names('confrelid', 'confkey')} as referenced
     from pg_catalog.pg_constraint where conrelid = pg_catalog.to_regclass($1)::oid and conname = $2 and contype = 'f'`,
    [relationName(table), name],
  );
  return rows[0];
}

/** Rows of which the check is false; NULL passes. Also that of our own proof of NOT NULL. */
export async function violatedCheck(session: Session, wanted: Wanted): Promise<Violation | undefined> {
  if (wanted.want === 'not null' || (wanted.want === 'constraint' && wanted.kind === 'CONSTR_PRIMARY'))
    return violatedNotNull(session, wanted);
  if (wanted.want === 'index') return undefined;
  const { rows } = await session.client.query<{ condition: string }>(
    `select pg_catalog.pg_get_expr(conbin, conrelid) as condition from pg_catalog.pg_constraint
     where conrelid = pg_catalog.to_regclass($1)::oid and conname = $2 and contype = 'c'`,
    [relationName(wanted.table), wanted.name],
  );
  if (!rows[0]) return undefined;
  const violation = await rowsWhere(session, wanted, `not (${rows[0].condition})`, 'the check is false');
  const table = relationName(wanted.table);
  const head = literal(`select ${violation.keys.join(', ')} from ${table} where not (`);
  const catalog = `from pg_constraint where conrelid = ${literal(table)}::regclass and conname = ${literal(wanted.name)}`;
  return {
    ...violation,
    instead: `In psql this finds them: select ${head} || pg_get_expr(conbin, conrelid) || ')' ${catalog} \\gexec`,
  };
}

/** Rows with NULL in the column, or in one of the columns of a primary key. */
export async function violatedNotNull(session: Session, wanted: Wanted): Promise<Violation | undefined> {
  const columns =
    wanted.want === 'not null' ? [wanted.column] : wanted.want === 'constraint' ? namesOf(wanted.fields['keys']) : [];
  if (columns.length === 0) return undefined;
  const condition = columns.map((column) => `${identifier(column)} is null`).join(' or ');
  return rowsWhere(session, wanted, condition, `NULL in ${columns.join(' or ')}`);
}

async function rowsWhere(session: Session, { table }: Wanted, condition: string, fault: string): Promise<Violation> {
  const keys = await rowKeys(session, table);
  return { fault, keys, query: `select ${keys.join(', ')}, 1 as rows from ${relationName(table)} where ${condition}` };
}

/** What names a row: its primary key, or where it is stored when there is none. */
export async function rowKeys(session: Session, table: RangeVar): Promise<string[]> {
  const { rows } = await session.client.query<{ key: string }>(
    `select pg_catalog.quote_ident(a.attname) as key from pg_catalog.pg_index i cross join lateral pg_catalog.unnest(i.indkey) with ordinality k(num, n)
     join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.num
     where i.indrelid = pg_catalog.to_regclass($1)::oid and i.indisprimary order by k.n`,
    [relationName(table)],
  );
  return rows.length > 0 ? rows.map(({ key }) => key) : ['ctid'];
}
