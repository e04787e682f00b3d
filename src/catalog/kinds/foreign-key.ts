import { textOf } from '../catalog.js';
import { behavioural, breaking, either } from '../judge.js';
import type { CatalogKind, Finding, Judge } from '../kind.js';
import { address, columnNames, word } from '../sql.js';

const ACTIONS = { a: 'no action', r: 'restrict', c: 'cascade', n: 'set null', d: 'set default' };
const target = ({ from, to }: Finding): string => textOf((to ?? from)!.attributes['references']);

/** Foreign keys. Those that a partition gets from its parent follow the parent and are not read. */
export const foreignKey: CatalogKind = {
  name: 'foreign key',
  essence: ['columns', 'references', 'referencedColumns', 'match', 'onUpdate', 'onDelete'],
  sql: (server) => `
    select quote_ident(c.conname) || ' on ' || c.conrelid::regclass as identity, ${address('pg_constraint', 'c.oid')} as address, ${address('pg_class', 'c.conrelid')} as parent,
           ${columnNames('c.conrelid', 'c.conkey')} as columns, c.confrelid::regclass::text as references,
           ${columnNames('c.confrelid', 'c.confkey')} as "referencedColumns", ${word('c.confmatchtype', { f: 'full', s: 'simple' })} as match,
           ${word('c.confupdtype', ACTIONS)} as "onUpdate", ${word('c.confdeltype', ACTIONS)} as "onDelete",
           ${server >= 150000 ? `${columnNames('c.conrelid', 'c.confdelsetcols')} as "deleteColumns",` : ''}
           ${server >= 180000 ? `c.conenforced as enforced, c.conperiod as period,` : ''}
           (select array_agg(o::regoperator::text order by n) from unnest(c.conpfeqop) with ordinality p(o, n)) as operators,
           c.condeferrable as deferrable, c.condeferred as deferred, c.convalidated as validated
    from pg_constraint c where c.contype = 'f' and c.conparentid = 0`,
  added: breaking(
    (finding) => `rows without a match in ${target(finding)} are refused, and so are deletes of rows that are referred to`,
  ),
  removed: breaking((finding) => `rows without a match in ${target(finding)} are accepted, and deletes there leave orphans`),
  attributes: {
    columns: breaking('other columns must have a match'),
    references: breaking('rows must have a match in another table'),
    referencedColumns: breaking('rows must match other columns'),
    match: either(
      ({ after }) => after === 'full',
      breaking('rows with a NULL in only some columns of the foreign key are refused'),
      behavioural('rows with a NULL in some columns of the foreign key are accepted'),
    ),
    onUpdate: action('an update of the referenced key'),
    onDelete: action('a delete of the referenced row'),
    deleteColumns: behavioural('a delete of the referenced row clears other columns'),
    enforced: breaking('rows without a match are accepted on one side only'),
    period: breaking('periods are or are not part of the match'),
    operators: behavioural('keys are compared by other operators'),
    deferrable: either(
      ({ after }) => after === true,
      behavioural('the check may be put off to the commit'),
      breaking('SET CONSTRAINTS .. DEFERRED fails, and rows must come in order of their references'),
    ),
    deferred: either(
      ({ after }) => after === true,
      behavioural('the check runs at commit instead of at the statement'),
      breaking('rows must come in order of their references, for the check does not wait for the commit'),
    ),
    validated: behavioural('NOT VALID: rows that are already there may have no match'),
  },
};

/** What happens to the referencing rows; without an action, the statement is refused where there are any. */
function action(what: string): Judge {
  const words = ({ before, after }: Finding) => `${what} means ${textOf(after)} instead of ${textOf(before)}`;
  const refuses = (value: Finding['after']) => textOf(value) === 'no action' || textOf(value) === 'restrict';
  return either(
    ({ before, after }) => refuses(after) && !refuses(before),
    breaking((finding) => `${words(finding)}: it fails where rows reference it`),
    behavioural(words),
  );
}
