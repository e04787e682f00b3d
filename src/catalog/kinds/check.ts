import { behavioural, breaking, cosmetic, expression } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address } from '../sql.js';

const origin = `(
  select ${address('pg_constraint', 'p.oid')} from pg_inherits h join pg_constraint p on p.conrelid = h.inhparent and p.conname = c.conname and p.contype = 'c'
  where h.inhrelid = c.conrelid and c.conrelid <> 0 and c.coninhcount > 0 order by h.inhseqno limit 1)`;

/** CHECK constraints of tables and of domains. */
export const check: CatalogKind = {
  name: 'check',
  essence: ['expression'],
  sql: (server) => `
    select quote_ident(c.conname) || ' on ' || case when c.conrelid <> 0 then c.conrelid::regclass::text else format_type(c.contypid, null) end as identity,
           ${address('pg_constraint', 'c.oid')} as address,
           case when c.conrelid <> 0 then ${address('pg_class', 'c.conrelid')} else ${address('pg_type', 'c.contypid')} end as parent,
           ${origin} as "inheritedFrom", pg_get_expr(c.conbin, c.conrelid) as expression, c.convalidated as validated,
           ${server >= 180000 ? 'c.conenforced as enforced,' : ''} c.connoinherit as "noInherit", c.coninhcount > 0 as inherited
    from pg_constraint c where c.contype = 'c'`,
  added: breaking('values that were accepted are refused'),
  removed: breaking('values that were refused are accepted'),
  attributes: {
    expression: expression(breaking('other values are accepted and refused')),
    validated: behavioural('NOT VALID: rows that are already there may break the rule'),
    enforced: breaking('the rule is enforced on one side only'),
    noInherit: behavioural('child tables are or are not bound by the rule'),
    inherited: cosmetic('the rule is or is not tied to the parent table'),
  },
};
