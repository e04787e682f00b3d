import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, collation, isMember, procedure, role } from '../sql.js';

export const rangeType: CatalogKind = {
  name: 'range type',
  sql: () => `
    select n.name || '.' || quote_ident(t.typname) as identity, ${address('pg_type', 't.oid')} as address, ${role('t.typowner')} as owner,
           format_type(g.rngsubtype, null) as subtype, ${collation('g.rngcollation', 'g.rngsubtype')} as collation,
           o.opcnamespace::regnamespace || '.' || quote_ident(o.opcname) as "operatorClass",
           ${procedure('g.rngcanonical')} as canonical, ${procedure('g.rngsubdiff')} as difference, format_type(g.rngmultitypid, null) as multirange
    from pg_range g join pg_type t on t.oid = g.rngtypid join namespace n on n.oid = t.typnamespace join pg_opclass o on o.oid = g.rngsubopc
    where not ${isMember('pg_type', 't.oid')}`,
  added: behavioural('a type that was not there'),
  removed: breaking('columns and casts of this type fail'),
  attributes: {
    owner,
    subtype: breaking('ranges are over another type'),
    collation: behavioural('bounds compare in another order'),
    operatorClass: behavioural('bounds compare in another order'),
    canonical: behavioural('equal ranges are written otherwise'),
    difference: behavioural('GiST indexes on it are built otherwise'),
    multirange: breaking('the multirange type has another name'),
  },
};
