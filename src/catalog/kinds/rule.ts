import { behavioural, expression } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, firing } from '../sql.js';

/** Rewrite rules, except those that make a view. */
export const rule: CatalogKind = {
  name: 'rule',
  sql: () => `
    select quote_ident(w.rulename) || ' on ' || w.ev_class::regclass as identity, ${address('pg_rewrite', 'w.oid')} as address, ${address('pg_class', 'w.ev_class')} as parent,
           pg_get_ruledef(w.oid) as definition, ${firing('w.ev_enabled')} as enabled
    from pg_rewrite w where w.rulename <> '_RETURN'`,
  added: behavioural('statements on this relation are rewritten'),
  removed: behavioural('statements on this relation are no longer rewritten'),
  attributes: {
    definition: expression(behavioural('statements on this relation are rewritten otherwise')),
    enabled: behavioural('the rule does not act in the same sessions'),
  },
};
