import { ROLE, type KindCases } from '../attribute-case.js';

const FUNCTIONS = `create function f1(int, int) returns bool immutable language sql return $1 = $2; create function f2(int, int) returns bool immutable language sql return $1 <> $2;
  create function f3(int, int) returns int immutable language sql return $1;`;
const again = (rest: string): string => `drop operator ===(int, int); create operator === (leftarg = int, rightarg = int${rest})`;

export const operators: KindCases = {
  kind: 'operator',
  given: `set search_path = public; ${ROLE} ${FUNCTIONS}`,
  make: 'create operator === (leftarg = int, rightarg = int, function = f1)',
  drop: 'drop operator ===(int, int)',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter operator ===(int, int) owner to "Röle.1"', class: 'behavioural' },
    { attribute: 'function', to: again(', function = f2'), class: 'behavioural' },
    { attribute: 'result', to: again(', function = f3'), class: 'breaking', also: ['operator function'] },
    { attribute: 'commutator', to: again(', function = f1, commutator = ==='), class: 'behavioural' },
    { attribute: 'negator', to: again(', function = f1, negator = !=='), class: 'behavioural' },
    { attribute: 'restrict', to: 'alter operator ===(int, int) set (restrict = eqsel)', class: 'behavioural' },
    { attribute: 'join', to: 'alter operator ===(int, int) set (join = eqjoinsel)', class: 'behavioural' },
    { attribute: 'hashes', to: again(', function = f1, hashes'), class: 'behavioural' },
    { attribute: 'merges', to: again(', function = f1, merges'), class: 'behavioural' },
  ],
};

const CLASS = 'operator class "C ä"';

export const operatorClasses: KindCases = {
  kind: 'operator class',
  given: `set search_path = public; ${ROLE} create operator family of1 using btree; create operator family of2 using btree`,
  make: `create ${CLASS} for type int using btree family of1 as operator 1 <, function 1 btint4cmp(int, int)`,
  drop: `drop ${CLASS} using btree`,
  added: 'behavioural',
  removed: 'breaking',
  also: ['operator family functions', 'operator family operators'],
  changes: [
    { attribute: 'owner', to: `alter ${CLASS} using btree owner to "Röle.1"`, class: 'behavioural' },
    { attribute: 'type', to: `update pg_opclass set opcintype = 'bigint'::regtype where opcname = 'C ä'`, class: 'breaking' },
    {
      attribute: 'family',
      to: `update pg_opclass set opcfamily = (select oid from pg_opfamily where opfname = 'of2') where opcname = 'C ä'`,
      class: 'behavioural',
    },
    {
      attribute: 'default',
      given: 'create operator class nd for type json using btree as storage json',
      to: `update pg_opclass set opcdefault = true where opcname = 'nd'`,
      class: 'breaking',
    },
    {
      attribute: 'storage',
      to: `update pg_opclass set opckeytype = 'bigint'::regtype where opcname = 'C ä'`,
      class: 'behavioural',
    },
  ],
};

export const operatorFamilies: KindCases = {
  kind: 'operator family',
  given: `set search_path = public; ${ROLE}`,
  make: 'create operator family "F ä" using btree',
  drop: 'drop operator family "F ä" using btree',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter operator family "F ä" using btree owner to "Röle.1"', class: 'behavioural' },
    { attribute: 'operators', to: 'alter operator family "F ä" using btree add operator 1 < (int, int)', class: 'behavioural' },
    {
      attribute: 'functions',
      to: 'alter operator family "F ä" using btree add function 1 btint4cmp(int, int)',
      class: 'behavioural',
    },
  ],
};

export const casts: KindCases = {
  kind: 'cast',
  given: `set search_path = public; create type e as enum ('a'); create function e_int(e) returns int immutable language sql return 1; create function e_int2(e) returns int immutable language sql return 2`,
  make: 'create cast (e as int) with function e_int(e)',
  drop: 'drop cast (e as int)',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    {
      attribute: 'method',
      to: 'drop cast (e as int); create cast (e as int) with inout',
      class: 'breaking',
      also: ['cast function'],
    },
    { attribute: 'function', to: 'drop cast (e as int); create cast (e as int) with function e_int2(e)', class: 'behavioural' },
    {
      attribute: 'context',
      to: 'drop cast (e as int); create cast (e as int) with function e_int(e) as implicit',
      class: 'breaking',
    },
  ],
};

export const transforms: KindCases = {
  kind: 'transform',
  make: 'create transform for int language sql (from sql with function prsd_lextype(internal), to sql with function int4recv(internal))',
  drop: 'drop transform for int language sql',
  added: 'behavioural',
  removed: 'behavioural',
  changes: [
    {
      attribute: 'fromSql',
      to: 'create or replace transform for int language sql (to sql with function int4recv(internal))',
      class: 'behavioural',
    },
    {
      attribute: 'toSql',
      to: 'create or replace transform for int language sql (from sql with function prsd_lextype(internal))',
      class: 'behavioural',
    },
  ],
};

export const conversions: KindCases = {
  kind: 'conversion',
  given: `set search_path = public; ${ROLE}`,
  make: `create conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8`,
  drop: 'drop conversion c',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter conversion c owner to "Röle.1"', class: 'behavioural' },
    { attribute: 'encodings', to: `update pg_conversion set conforencoding = 9 where conname = 'c'`, class: 'breaking' },
    {
      attribute: 'function',
      to: `update pg_conversion set conproc = 'iso8859_to_utf8'::regproc where conname = 'c'`,
      class: 'behavioural',
    },
    {
      attribute: 'default',
      to: `drop conversion c; create default conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8`,
      class: 'behavioural',
    },
  ],
};

export const collations: KindCases = {
  kind: 'collation',
  given: `set search_path = public; ${ROLE}`,
  make: `create collation "C.ä" (provider = icu, locale = 'en')`,
  drop: 'drop collation "C.ä"',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter collation "C.ä" owner to "Röle.1"', class: 'behavioural' },
    { attribute: 'provider', to: `update pg_collation set collprovider = 'c' where collname = 'C.ä'`, class: 'behavioural' },
    {
      attribute: 'deterministic',
      to: `drop collation "C.ä"; create collation "C.ä" (provider = icu, locale = 'en', deterministic = false)`,
      class: 'breaking',
    },
    {
      attribute: 'locale',
      to: `drop collation "C.ä"; create collation "C.ä" (provider = icu, locale = 'de')`,
      class: 'behavioural',
    },
    { attribute: 'ctype', to: `update pg_collation set collctype = 'x' where collname = 'C.ä'`, class: 'behavioural' },
    {
      attribute: 'rules',
      to: `drop collation "C.ä"; create collation "C.ä" (provider = icu, locale = 'en', rules = '&a < g')`,
      class: 'behavioural',
      since: 160000,
    },
    { attribute: 'version', to: `update pg_collation set collversion = '0' where collname = 'C.ä'`, class: 'behavioural' },
  ],
};
