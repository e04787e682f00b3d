import { behavioural, expression } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, firing } from '../sql.js';

/** Triggers that a user made; those that enforce foreign keys are not read. */
export const trigger: CatalogKind = {
  name: 'trigger',
  sql: () => `
    select quote_ident(t.tgname) || ' on ' || t.tgrelid::regclass as identity, ${address('pg_trigger', 't.oid')} as address, ${address('pg_class', 't.tgrelid')} as parent,
           case when t.tgparentid <> 0 then ${address('pg_trigger', 't.tgparentid')} end as "inheritedFrom",
           pg_get_triggerdef(t.oid) as definition, ${firing('t.tgenabled')} as enabled
    from pg_trigger t where not t.tgisinternal or t.tgparentid <> 0 and exists (select from pg_trigger p where p.oid = t.tgparentid and not p.tgisinternal)`,
  added: behavioural('writes to this table do something more'),
  removed: behavioural('what the trigger did on writes to this table is no longer done'),
  attributes: {
    definition: expression(behavioural('the trigger fires at other times, for other rows, or runs another function')),
    enabled: behavioural('the trigger does not fire in the same sessions; a disabled one never does'),
  },
};
