import { ROLE, type KindCases } from '../attribute-case.js';

const GIVEN = `set search_path = public; ${ROLE}`;
const PARSER =
  'create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype';

export const textSearchConfigurations: KindCases = {
  kind: 'text search configuration',
  given: `${GIVEN} ${PARSER})`,
  make: 'create text search configuration c (copy = english)',
  drop: 'drop text search configuration c',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter text search configuration c owner to "Röle.1"', class: 'behavioural' },
    {
      attribute: 'parser',
      given: 'create text search configuration d (parser = default)',
      to: 'drop text search configuration d; create text search configuration d (parser = p)',
      class: 'behavioural',
    },
    {
      attribute: 'mappings',
      to: 'alter text search configuration c alter mapping for asciiword with simple',
      class: 'behavioural',
    },
  ],
};

export const textSearchDictionaries: KindCases = {
  kind: 'text search dictionary',
  given: GIVEN,
  make: 'create text search dictionary d (template = snowball, language = english)',
  drop: 'drop text search dictionary d',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter text search dictionary d owner to "Röle.1"', class: 'behavioural' },
    {
      attribute: 'template',
      given: 'create text search dictionary e (template = simple)',
      to: `update pg_ts_dict set dicttemplate = (select oid from pg_ts_template where tmplname = 'ispell') where dictname = 'e'`,
      class: 'behavioural',
    },
    { attribute: 'options', to: 'alter text search dictionary d (language = german)', class: 'behavioural' },
  ],
};

export const textSearchParsers: KindCases = {
  kind: 'text search parser',
  given: GIVEN,
  make: `${PARSER})`,
  drop: 'drop text search parser p',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'functions', to: `drop text search parser p; ${PARSER}, headline = prsd_headline)`, class: 'behavioural' },
  ],
};

export const textSearchTemplates: KindCases = {
  kind: 'text search template',
  given: GIVEN,
  make: 'create text search template t (lexize = dsimple_lexize)',
  drop: 'drop text search template t',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    {
      attribute: 'functions',
      to: 'drop text search template t; create text search template t (init = dsimple_init, lexize = dsimple_lexize)',
      class: 'behavioural',
    },
  ],
};
