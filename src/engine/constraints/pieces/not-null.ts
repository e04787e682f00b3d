import { relationName } from '../../files/relation.js';
import type { Session } from '../../postgres/connect.js';
import { identifier } from '../../postgres/quote.js';
import { missing } from '../missing.js';
import type { Piece, PieceContext } from '../piece.js';
import { explainViolation } from '../violation.js';
import { altered, type WantedNotNull } from '../wanted.js';

interface ColumnState {
  readonly notNull: boolean;
  /** Of a constraint NOT NULL that is NOT VALID yet (PostgreSQL 18). */
  readonly invalid: string | null;
  /** Name of our check; before PostgreSQL 18 a validated one lets SET NOT NULL do without reading the table. */
  readonly check: string;
  readonly checkThere: boolean;
  readonly checkValidated: boolean;
}

/**
 * NOT NULL without reading the table under a strong lock: from PostgreSQL 18 on as a constraint NOT VALID that is validated; before, by a
 * check that is validated, taken as proof, and dropped. The same number of steps on every server.
 */
export function notNullPiece(context: PieceContext, wanted: WantedNotNull): Piece {
  const { migration } = context;
  const column = identifier(wanted.column);
  const alter = `alter table ${altered(wanted)}`;
  const explain = explainViolation(context, wanted);
  const what = `NOT NULL of ${relationName(wanted.table)}.${wanted.column}`;
  const step = (title: string, sql: (state: ColumnState, session: Session) => string | false) => ({
    kind: 'step' as const,
    title: `${title} ${what}`,
    prepare: async (session: Session) => sql(await readColumn(session, wanted), session) || undefined,
    explain,
  });
  const named = (session: Session): boolean => session.server.version >= 180000;
  return {
    subject: `${relationName(wanted.table)}.${wanted.column}`,
    steps: [
      step('add, not validated,', (state, session) => {
        if (state.notNull || state.invalid !== null || state.checkThere) return false;
        return named(session)
          ? `${alter} add not null ${column} not valid`
          : `${alter} add constraint ${identifier(state.check)} check (${column} is not null) not valid`;
      }),
      step('validate', ({ invalid, checkThere, checkValidated, check }) => {
        if (invalid !== null) return `${alter} validate constraint ${identifier(invalid)}`;
        return checkThere && !checkValidated && `${alter} validate constraint ${identifier(check)}`;
      }),
      step('set', ({ notNull }) => !notNull && `${alter} alter column ${column} set not null`),
      step('clear up after', ({ checkThere, check }) => checkThere && `${alter} drop constraint ${identifier(check)}`),
    ],
    async prove(session) {
      const { notNull, invalid } = await readColumn(session, wanted);
      if (invalid !== null)
        throw missing(migration, `${what} is NOT VALID`, `Run ${alter} validate constraint ${identifier(invalid)}; then retry.`);
      if (!notNull) throw missing(migration, `${what} is not there`);
    },
  };
}

async function readColumn(session: Session, wanted: WantedNotNull): Promise<ColumnState> {
  const { rows } = await session.client.query<ColumnState>(
    `select a.attnotnull and n.conname is null as "notNull", n.conname as invalid, k.name as check,
            c.oid is not null as "checkThere", coalesce(c.convalidated, false) as "checkValidated"
     from pg_catalog.pg_attribute a
     cross join lateral (select 'pawl_not_null_'::text operator(pg_catalog.||) a.attnum::text as name) k
     left join pg_catalog.pg_constraint n on n.conrelid = a.attrelid and n.contype = 'n' and n.conkey operator(pg_catalog.=) array[a.attnum] and not n.convalidated
     left join pg_catalog.pg_constraint c on c.conrelid = a.attrelid and c.contype = 'c' and c.conname = k.name
     where a.attrelid = pg_catalog.to_regclass($1)::oid and a.attname = $2 and not a.attisdropped`,
    [relationName(wanted.table), wanted.column],
  );
  if (rows[0]) return rows[0];
  // PostgreSQL's own words for a column that is not there.
  await session.client.query(`select ${identifier(wanted.column)} from ${relationName(wanted.table)} limit 0`);
  throw new Error(`${wanted.column} is a system column`);
}
