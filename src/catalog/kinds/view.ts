import { behavioural, breaking, expression, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { role, sorted } from '../sql.js';

export const view: CatalogKind = {
  name: 'view',
  sql: () => `
    select r.identity, r.address, ${role('r.relowner')} as owner, pg_get_viewdef(r.oid) as definition, ${sorted('r.reloptions')} as options
    from relation r where r.relkind = 'v'`,
  added: behavioural('a view that was not there'),
  removed: breaking('statements that name this view fail'),
  attributes: {
    owner,
    definition: expression(behavioural('the view gives other rows or values')),
    options: behavioural(
      'whose rights the view uses (security_invoker), or which rows can be written through it (check_option), changes',
    ),
  },
};
