import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, FIRST_OWN_OID, isMember, procedure, role } from '../sql.js';

export const language: CatalogKind = {
  name: 'language',
  sql: () => `
    select quote_ident(l.lanname) as identity, ${address('pg_language', 'l.oid')} as address, ${role('l.lanowner')} as owner,
           l.lanpltrusted as trusted, ${procedure('l.lanplcallfoid')} as handler, ${procedure('l.laninline')} as inline, ${procedure('l.lanvalidator')} as validator
    from pg_language l where l.oid >= ${FIRST_OWN_OID} and not ${isMember('pg_language', 'l.oid')}`,
  added: behavioural('a language that was not there'),
  removed: breaking('functions in this language cannot be created'),
  attributes: {
    owner,
    trusted: behavioural('who may write functions in this language changes'),
    handler: behavioural('another program runs the functions of this language'),
    inline: behavioural('DO blocks in this language run otherwise or not at all'),
    validator: behavioural('functions are checked otherwise when they are created'),
  },
};
