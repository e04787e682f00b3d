import { behavioural } from '../judge.js';
import type { CatalogKind } from '../kind.js';

const judge = behavioural('mandatory access control decides otherwise');

export const securityLabel: CatalogKind = {
  name: 'security label',
  attached: true,
  sql: () => `
    select 'by ' || quote_ident(provider) as identity, classoid::regclass || ':' || objoid || case when objsubid > 0 then ':' || objsubid else '' end as parent, label
    from pg_seclabel`,
  added: judge,
  removed: judge,
  attributes: { label: judge },
};
