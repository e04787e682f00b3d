import { relationName } from '../files/relation.js';
import type { Session } from '../postgres/connect.js';
import { identifier } from '../postgres/quote.js';
import { isName, rowKeys, type Violation } from './violating-rows.js';
import type { Wanted } from './wanted.js';

/** Rows that another row excludes: every pair of keys answers its operator with true. */
export async function violatedExclusion(session: Session, wanted: Wanted): Promise<Violation | undefined> {
  if (wanted.want !== 'constraint') return undefined;
  const { elements, predicate } = await exclusion(session, wanted.table.relname, relationName(wanted.table), wanted.words);
  const keys = await rowKeys(session, wanted.table);
  const columns = elements.map(({ key }, n) => `${key} as key_${n}`).join(', ');
  const where = predicate === null ? '' : ` where ${predicate}`;
  const excludes = elements.map(({ operator }, n) => `own.key_${n} operator(${operator}) other.key_${n}`).join(' and ');
  const candidates = `select ${keys.join(', ')}, tableoid as pawl_part, ctid as pawl_place, ${columns} from ${relationName(wanted.table)}${where}`;
  const plain = elements.every(({ key }) => isName(key)) && predicate === null;
  return {
    fault: 'excluded by another row',
    keys,
    query:
      `with candidate as (${candidates}) select ${keys.map((key) => `own.${key}`).join(', ')}, 1 as rows ` +
      `from candidate own where exists (select from candidate other where (own.pawl_part, own.pawl_place) <> (other.pawl_part, other.pawl_place) and ${excludes})`,
    ...(!plain && { instead: "Compare the table's rows with each other by the elements of the constraint." }),
  };
}

interface Exclusion {
  readonly elements: readonly { readonly key: string; readonly operator: string }[];
  readonly predicate: string | null;
}

/** Elements and predicate as PostgreSQL words them, read from the same constraint on an empty table. */
async function exclusion({ client }: Session, name: string, table: string, words: string): Promise<Exclusion> {
  const shape = `pg_temp.${identifier(name)}`;
  await client.query(`create temp table ${identifier(name)} (like ${table})`);
  try {
    await client.query(`alter table ${shape} add ${words}`);
    const { rows } = await client.query<Exclusion>(
      `select pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate,
              (select pg_catalog.json_agg(pg_catalog.json_build_object('key', pg_catalog.pg_get_indexdef(i.indexrelid, k.n::int, false),
                                                 'operator', format('%I.%s', s.nspname, o.oprname)) order by k.n)
               from pg_catalog.unnest(c.conexclop) with ordinality k(operator, n)
               join pg_catalog.pg_operator o on o.oid = k.operator join pg_catalog.pg_namespace s on s.oid = o.oprnamespace) as elements
       from pg_catalog.pg_constraint c join pg_catalog.pg_index i on i.indexrelid = c.conindid
       where c.conrelid = $1::regclass::oid and c.contype = 'x'`,
      [shape],
    );
    return rows[0]!;
  } finally {
    await client.query(`drop table ${shape}`);
  }
}
