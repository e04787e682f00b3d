import type { KindCases } from '../attribute-case.js';

const again = (definition: string): string => `drop index "I.ä"; create ${definition.replace('index', 'index "I.ä"')}`;

export const indexes: KindCases = {
  kind: 'index',
  given: 'set search_path = public; create table t(tenant_id int, code text, v text, j jsonb)',
  make: 'create index "I.ä" on t(code)',
  drop: 'drop index "I.ä"',
  added: 'behavioural',
  removed: 'behavioural',
  changes: [
    { attribute: 'name', to: 'alter index "I.ä" rename to other', class: 'cosmetic' },
    { attribute: 'unique', to: again('unique index on t(code)'), class: 'breaking' },
    { attribute: 'unique', given: again('unique index on t(code)'), to: again('index on t(code)'), class: 'breaking' },
    { attribute: 'method', to: again('index on t using hash (code)'), class: 'behavioural' },
    { attribute: 'keys', to: again('index on t(v)'), class: 'behavioural' },
    { attribute: 'keys', given: again('index on t(lower(code))'), to: again('index on t(upper(code))'), class: 'behavioural' },
    {
      attribute: 'keys',
      given: again('unique index on t(tenant_id, code)'),
      to: again('unique index on t(code)'),
      class: 'breaking',
      also: ['index ordering'],
    },
    { attribute: 'ordering', to: again('index on t(code desc)'), class: 'behavioural' },
    { attribute: 'ordering', to: again('index on t(code nulls first)'), class: 'behavioural' },
    { attribute: 'ordering', to: again('index on t(code collate "C")'), class: 'behavioural' },
    { attribute: 'ordering', to: again('index on t(code text_pattern_ops)'), class: 'behavioural' },
    { attribute: 'include', to: again('index on t(code) include (v)'), class: 'behavioural' },
    { attribute: 'predicate', to: again('index on t(code) where v is null'), class: 'behavioural' },
    {
      attribute: 'predicate',
      given: again('unique index on t(code)'),
      to: again('unique index on t(code) where v is null'),
      class: 'breaking',
    },
    {
      attribute: 'nullsNotDistinct',
      given: again('unique index on t(code)'),
      to: again('unique index on t(code) nulls not distinct'),
      class: 'breaking',
      since: 150000,
    },
    {
      attribute: 'valid',
      to: `update pg_index set indisvalid = false where indexrelid = '"I.ä"'::regclass`,
      class: 'behavioural',
    },
    {
      attribute: 'ready',
      to: `update pg_index set indisready = false where indexrelid = '"I.ä"'::regclass`,
      class: 'behavioural',
    },
    { attribute: 'live', to: `update pg_index set indislive = false where indexrelid = '"I.ä"'::regclass`, class: 'behavioural' },
    { attribute: 'clustered', to: 'alter table t cluster on "I.ä"', class: 'behavioural' },
    { attribute: 'options', to: 'alter index "I.ä" set (fillfactor = 70)', class: 'behavioural' },
    { attribute: 'tablespace', to: `update pg_class set reltablespace = 1664 where relname = 'I.ä'`, class: 'behavioural' },
    {
      attribute: 'statistics',
      given: again('index on t(lower(code))'),
      to: 'alter index "I.ä" alter column 1 set statistics 500',
      class: 'behavioural',
    },
  ],
};

export const uniqueIndexes: KindCases = {
  kind: 'index',
  given: 'set search_path = public; create table t(tenant_id int, code text)',
  make: 'create unique index u on t(tenant_id, code)',
  drop: 'drop index u',
  added: 'breaking',
  removed: 'breaking',
  changes: [],
};
