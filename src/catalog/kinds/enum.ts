import { behavioural, breaking, either, owner } from '../judge.js';
import type { CatalogKind, Finding } from '../kind.js';
import { address, isMember, role } from '../sql.js';

const losesLabel = ({ before, after }: Finding): boolean =>
  Array.isArray(before) && Array.isArray(after) && before.some((label) => !(after as unknown[]).includes(label));

export const enumType: CatalogKind = {
  name: 'enum',
  sql: () => `
    select n.name || '.' || quote_ident(t.typname) as identity, ${address('pg_type', 't.oid')} as address, ${role('t.typowner')} as owner,
           (select coalesce(array_agg(e.enumlabel order by e.enumsortorder), '{}') from pg_enum e where e.enumtypid = t.oid) as labels
    from pg_type t join namespace n on n.oid = t.typnamespace where t.typtype = 'e' and not ${isMember('pg_type', 't.oid')}`,
  added: behavioural('a type that was not there'),
  removed: breaking('columns and casts of this type fail'),
  attributes: {
    owner,
    labels: either(
      losesLabel,
      breaking('statements that use a label which is gone fail'),
      behavioural('there are labels that old code does not know, or the order in which labels sort differs'),
    ),
  },
};
