import { behavioural, breaking, either, expression } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, role, word } from '../sql.js';

export const policy: CatalogKind = {
  name: 'policy',
  sql: () => `
    select quote_ident(p.polname) || ' on ' || p.polrelid::regclass as identity, ${address('pg_policy', 'p.oid')} as address, ${address('pg_class', 'p.polrelid')} as parent,
           ${word('p.polcmd', { r: 'select', a: 'insert', w: 'update', d: 'delete', '*': 'all' })} as command, p.polpermissive as permissive,
           (select array_agg(n order by n) from (select ${role('r')} as n from unnest(p.polroles) r) names) as roles,
           pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check
    from pg_policy p`,
  added: either(
    ({ to }) => to?.attributes['permissive'] === false,
    breaking('under row level security, rows that it does not allow are hidden, and writes of such rows fail'),
    behavioural('under row level security, more rows are visible or may be written'),
  ),
  removed: either(
    ({ from }) => from?.attributes['permissive'] === false,
    breaking('under row level security, rows that it hid are shown, and writes that it refused are accepted'),
    breaking('under row level security, rows that only it allowed are hidden, and writes of such rows fail'),
  ),
  attributes: {
    command: either(
      ({ to, after }) => after === 'all' && to?.attributes['permissive'] === true,
      behavioural('under row level security, the policy allows other statements, too'),
      breaking('the policy guards other statements'),
    ),
    permissive: breaking('a permissive policy opens rows, a restrictive one closes them'),
    roles: breaking('the policy binds other roles'),
    using: expression(breaking('other rows are visible')),
    check: expression(breaking('other rows may be written')),
  },
};
