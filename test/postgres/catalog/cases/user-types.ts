import { ROLE, type KindCases } from '../attribute-case.js';

const GIVEN = `set search_path = public; ${ROLE}`;

export const enums: KindCases = {
  kind: 'enum',
  given: GIVEN,
  make: `create type "E.ä" as enum ('a', 'b', 'Ü')`,
  drop: 'drop type "E.ä"',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter type "E.ä" owner to "Röle.1"', class: 'behavioural' },
    { attribute: 'labels', to: `alter type "E.ä" add value 'c'`, class: 'behavioural' },
    { attribute: 'labels', to: `alter type "E.ä" rename value 'b' to 'B'`, class: 'breaking' },
    { attribute: 'labels', to: `drop type "E.ä"; create type "E.ä" as enum ('b', 'a', 'Ü')`, class: 'behavioural' },
  ],
};

export const compositeTypes: KindCases = {
  kind: 'composite type',
  given: GIVEN,
  make: 'create type c as (a int, b text)',
  drop: 'drop type c',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter type c owner to "Röle.1"', class: 'behavioural' },
    { attribute: 'columnOrder', to: 'drop type c; create type c as (b text, a int)', class: 'breaking' },
  ],
};

const RANGE = (rest: string): string => `drop type r; create type r as range (subtype = text${rest})`;

export const rangeTypes: KindCases = {
  kind: 'range type',
  given: `${GIVEN} create function text_diff(text, text) returns float8 immutable language sql return 1.0`,
  make: 'create type r as range (subtype = text, multirange_type_name = mr)',
  drop: 'drop type r',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter type r owner to "Röle.1"', class: 'behavioural' },
    {
      attribute: 'subtype',
      given: 'create type n as range (subtype = int)',
      to: `drop type n; create type n as range (subtype = bigint)`,
      class: 'breaking',
      also: ['range type operatorClass'],
    },
    { attribute: 'collation', to: RANGE(', multirange_type_name = mr, collation = "C"'), class: 'behavioural' },
    {
      attribute: 'operatorClass',
      to: RANGE(', multirange_type_name = mr, subtype_opclass = text_pattern_ops'),
      class: 'behavioural',
    },
    {
      attribute: 'canonical',
      to: `update pg_range set rngcanonical = 'int4range_canonical'::regproc where rngtypid = 'r'::regtype`,
      class: 'behavioural',
    },
    { attribute: 'difference', to: RANGE(', multirange_type_name = mr, subtype_diff = text_diff'), class: 'behavioural' },
    { attribute: 'multirange', to: RANGE(', multirange_type_name = mr2'), class: 'breaking' },
  ],
};

export const domains: KindCases = {
  kind: 'domain',
  given: GIVEN,
  make: 'create domain "D.ä" as text',
  drop: 'drop domain "D.ä"',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter domain "D.ä" owner to "Röle.1"', class: 'behavioural' },
    { attribute: 'type', to: 'drop domain "D.ä"; create domain "D.ä" as varchar(5)', class: 'breaking' },
    { attribute: 'collation', to: 'drop domain "D.ä"; create domain "D.ä" as text collate "C"', class: 'behavioural' },
    { attribute: 'notNull', to: 'alter domain "D.ä" set not null', class: 'breaking' },
    { attribute: 'default', to: `alter domain "D.ä" set default 'x'`, class: 'behavioural' },
  ],
};

const TYPE = (rest: string): string => `
  create type b; create function b_in(cstring) returns b immutable strict language internal as 'textin';
  create function b_out(b) returns cstring immutable strict language internal as 'textout';
  create type b (input = b_in, output = b_out, storage = extended${rest})`;
const again = (rest: string): string => `drop type b cascade; ${TYPE(rest)}`;

export const baseTypes: KindCases = {
  kind: 'base type',
  given: GIVEN,
  make: TYPE(''),
  drop: 'drop type b cascade',
  added: 'behavioural',
  removed: 'breaking',
  also: ['function', 'function'],
  changes: [
    { attribute: 'owner', to: 'alter type b owner to "Röle.1"', class: 'behavioural' },
    {
      attribute: 'functions',
      to: `create function b_send(b) returns bytea immutable strict language internal as 'textsend'; alter type b set (send = b_send)`,
      class: 'breaking',
      also: ['function added'],
    },
    { attribute: 'layout', to: again(', alignment = double'), class: 'breaking' },
    { attribute: 'storage', to: 'alter type b set (storage = main)', class: 'behavioural' },
    { attribute: 'category', to: again(`, category = 'S'`), class: 'behavioural' },
    { attribute: 'preferred', to: again(', preferred = true'), class: 'behavioural' },
    { attribute: 'default', to: again(`, default = 'x'`), class: 'behavioural' },
    { attribute: 'delimiter', to: again(`, delimiter = ';'`), class: 'breaking' },
    { attribute: 'collatable', to: again(', collatable = true'), class: 'breaking' },
    { attribute: 'element', to: `update pg_type set typelem = 'int'::regtype where typname = 'b'`, class: 'breaking' },
  ],
};
