import { behavioural, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, firing, isMember, procedure, role, sorted } from '../sql.js';

export const eventTrigger: CatalogKind = {
  name: 'event trigger',
  sql: () => `
    select quote_ident(t.evtname) as identity, ${address('pg_event_trigger', 't.oid')} as address, ${role('t.evtowner')} as owner, t.evtevent::text as event,
           ${sorted('t.evttags')} as tags, ${procedure('t.evtfoid')} as function, ${firing('t.evtenabled')} as enabled
    from pg_event_trigger t where not ${isMember('pg_event_trigger', 't.oid')}`,
  added: behavioural('DDL does something more'),
  removed: behavioural('what it did on DDL is no longer done'),
  attributes: {
    owner,
    event: behavioural('it fires at another moment'),
    tags: behavioural('it fires for other commands'),
    function: behavioural('it runs another function'),
    enabled: behavioural('it does not fire in the same sessions; a disabled one never does'),
  },
};
