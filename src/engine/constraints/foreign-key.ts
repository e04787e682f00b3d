import { relationName, type RangeVar } from '../files/relation.js';
import type { Session } from '../postgres/connect.js';
import { deferral, namesOf, type WantedConstraint } from './wanted.js';

const ACTIONS: Record<string, string> = { a: '', r: 'RESTRICT', c: 'CASCADE', n: 'SET NULL', d: 'SET DEFAULT' };

/**
 * A foreign key as pg_get_constraintdef() words it (PostgreSQL's ruleutils.c): the referenced table as the search path shows it, its
 * primary key where the file names no columns, actions other than NO ACTION.
 */
export async function foreignKeyDefinition(session: Session, wanted: WantedConstraint): Promise<string> {
  const { fields } = wanted;
  const { relation, own, columns } = await foreignKeyColumns(session, wanted);
  const match = fields['fk_matchtype'] === 'f' ? ' MATCH FULL' : '';
  const update = action('UPDATE', fields['fk_upd_action']);
  const remove = action('DELETE', fields['fk_del_action']);
  const only = namesOf(fields['fk_del_set_cols']).join(', ');
  return `FOREIGN KEY (${own.join(', ')}) REFERENCES ${relation}(${columns.join(', ')})${match}${update}${remove}${only ? ` (${only})` : ''}${deferral(wanted)}`;
}

/** The referenced table, and the columns on both sides, quoted. */
export async function foreignKeyColumns(
  session: Session,
  { fields }: WantedConstraint,
): Promise<{ relation: string; own: string[]; columns: string[] }> {
  const referenced = fields['pktable'] as RangeVar;
  const explicit = fields['pk_attrs'] && namesOf(fields['pk_attrs']);
  const { rows } = await session.client.query<{ relation: string | null; own: string[]; columns: string[] }>(
    `select t.oid::regclass::text as relation,
            array(select pg_catalog.quote_ident(c) from pg_catalog.unnest($2::text[]) with ordinality u(c, n) order by n) as own,
            case when $3::text[] is not null then array(select pg_catalog.quote_ident(c) from pg_catalog.unnest($3::text[]) with ordinality u(c, n) order by n)
                 else array(select pg_catalog.quote_ident(a.attname) from pg_catalog.pg_constraint p cross join lateral pg_catalog.unnest(p.conkey) with ordinality k(attnum, n)
                            join pg_catalog.pg_attribute a on a.attrelid = p.conrelid and a.attnum = k.attnum
                            where p.conrelid = t.oid and p.contype = 'p' order by k.n) end as columns
     from (select pg_catalog.to_regclass($1)::oid as oid) t`,
    [relationName(referenced), namesOf(fields['fk_attrs']), explicit ?? null],
  );
  const { relation, own, columns } = rows[0]!;
  return { relation: relation ?? relationName(referenced), own, columns };
}

function action(event: string, code: unknown): string {
  const word = ACTIONS[String(code)];
  return word ? ` ON ${event} ${word}` : '';
}
