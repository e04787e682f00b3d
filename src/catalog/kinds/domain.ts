import { behavioural, breaking, expression, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, collation, isMember, role } from '../sql.js';

/** Domains; their CHECKs are read as `check`. */
export const domain: CatalogKind = {
  name: 'domain',
  sql: () => `
    select n.name || '.' || quote_ident(t.typname) as identity, ${address('pg_type', 't.oid')} as address, ${role('t.typowner')} as owner,
           format_type(t.typbasetype, t.typtypmod) as type, ${collation('t.typcollation', 't.typbasetype')} as collation,
           t.typnotnull as "notNull", coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) as default
    from pg_type t join namespace n on n.oid = t.typnamespace where t.typtype = 'd' and not ${isMember('pg_type', 't.oid')}`,
  added: behavioural('a type that was not there'),
  removed: breaking('columns and casts of this type fail'),
  attributes: {
    owner,
    type: breaking('values have another type'),
    collation: behavioural('values sort and compare in another order'),
    notNull: breaking('NULL is refused on one side only'),
    default: expression(behavioural('columns of this type without a default of their own get another one')),
  },
};
