import { cosmetic } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { FIRST_OWN_OID } from '../sql.js';

const judge = cosmetic('only people and documentation read comments');

export const comment: CatalogKind = {
  name: 'comment',
  attached: true,
  sql: () => `
    select '' as identity, classoid::regclass || ':' || objoid || case when objsubid > 0 then ':' || objsubid else '' end as parent, description as text
    from pg_description where objoid >= ${FIRST_OWN_OID} or classoid = 'pg_namespace'::regclass`,
  added: judge,
  removed: judge,
  attributes: { text: judge },
};
