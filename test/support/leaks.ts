import { randomBytes } from 'node:crypto';

/** Values of rows that no message may hold; new ones in each run, with what quoting stumbles over. */
export function secretValues(): {
  readonly text: string;
  readonly quoted: string;
  readonly number: string;
  readonly word: string;
} {
  const random = randomBytes(5).toString('hex');
  return {
    text: `ann.${random}@example.org`,
    quoted: `x" (${random}): 'y' »z« z${random}" w`,
    number: String(4_000_000_000 + Number.parseInt(random.slice(0, 7), 16)),
    // Nothing but letters: as a name would be.
    word: random.replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)]!),
  };
}

/** Statements that make PostgreSQL quote a row's value: `secrets` has one row with the columns of {@link secretValues}. */
export const LEAKS: Record<string, string> = {
  cast: 'select text::int from secrets',
  'cast of quotes': 'select quoted::int from secrets',
  'cast of a number': 'select number::int from secrets',
  'cast to smallint': 'select number::bigint::smallint from secrets',
  'cast to date': 'select text::date from secrets',
  'cast to interval': 'select quoted::interval from secrets',
  'cast to inet': 'select text::inet from secrets',
  'cast to json': 'select quoted::json from secrets',
  'cast to uuid': 'select word::uuid from secrets',
  'cast to boolean': 'select word::boolean from secrets',
  'cast to enum': 'select word::mood from secrets',
  'cast to point': 'select quoted::point from secrets',
  'cast to range': 'select text::int4range from secrets',
  'cast to array': 'select quoted::text[]::int[] from secrets',
  'cast to lsn': 'select word::pg_lsn from secrets',
  'cast to relation': 'select word::regclass from secrets',
  'cast to relation, with quotes': 'select quoted::regclass from secrets',
  'cast to type': 'select word::regtype from secrets',
  'cast to function': 'select word::regproc from secrets',
  'cast to signature': "select (word || '(int)')::regprocedure from secrets",
  'cast to operator': "select ('#' || word)::regoper from secrets",
  'cast to role': 'select word::regrole from secrets',
  'cast to schema': 'select word::regnamespace from secrets',
  'cast to text search': 'select word::regconfig from secrets',
  'time zone': 'select now() at time zone word from secrets',
  'time zone with quotes': 'select now() at time zone quoted from secrets',
  'part of a date': 'select date_trunc(word, now()) from secrets',
  extract: 'select date_part(word, now()) from secrets',
  'format of a date': "select to_date(word, 'YYYY') from secrets",
  'format of a number': "select to_number(word, 'EEEE') from secrets",
  encoding: 'select convert_to(text, word) from secrets',
  decode: "select decode(text, 'hex') from secrets",
  'decode by': 'select decode(text, word) from secrets',
  'setting by name': 'select current_setting(word) from secrets',
  'setting of a value': "select set_config('work_mem', word, true) from secrets",
  'setting of a name': "select set_config(word || '.' || word || '-', 'x', true) from secrets",
  sequence: 'select nextval(word) from secrets',
  'size in words': 'select pg_size_bytes(word) from secrets',
  'regular expression': "select 'x' ~ ('(' || word) from secrets",
  'text search': "select to_tsquery('simple', text || ' ' || word) from secrets",
  'JSON path': "select jsonb_path_query('{}', (word || '.[')::jsonpath) from secrets",
  format: "select format('%' || word, 1) from secrets",
  identifier: "select parse_ident(word || '.' || quoted) from secrets",
  'large object': 'select lo_get(number::oid) from secrets',
  seed: 'select setseed(number::float8) from secrets',
  chr: 'select chr(number::bigint::int) from secrets',
  'generated series': 'select * from secrets, generate_series(1, 2, (number::bigint - number::bigint)::int)',
  RAISE: "do $$ begin raise exception 'bad customer %', (select word from secrets); end $$",
  'RAISE with ERRCODE':
    "do $$ begin raise exception 'bad customer %', (select word from secrets) using errcode = 'check_violation'; end $$",
  'RAISE SQLSTATE': "do $$ begin raise sqlstate '45000' using message = (select word from secrets); end $$",
  'RAISE as a lost connection':
    "do $$ begin raise exception using errcode = '08006', message = (select word from secrets); end $$",
  'RAISE as our fence': "do $$ begin raise exception using errcode = 'PW001', message = (select word from secrets); end $$",
  'RAISE as a syntax error':
    "do $$ begin raise exception using errcode = '42601', message = 'at or near ' || (select word from secrets); end $$",
  'RAISE with DETAIL, as one about the schema':
    "do $$ begin raise exception using errcode = '55000', message = 'bad', detail = (select word from secrets); end $$",
  'RAISE with HINT, as one about a name':
    "do $$ begin raise exception using errcode = '42703', message = 'bad', hint = (select word from secrets); end $$",
  'RAISE in a function': 'select complain(word) from secrets',
  'RAISE of what a literal says': "do $$ begin perform 'plain'; raise exception '%', (select word from secrets); end $$",
  ASSERT: 'do $$ begin assert false, (select word from secrets); end $$',
  'dynamic table': "do $$ begin execute 'select * from ' || (select word from secrets); end $$",
  'dynamic column': "do $$ begin execute 'select ' || (select word from secrets); end $$",
  'dynamic qualified column': "do $$ begin execute 'select secrets.' || (select word from secrets) || ' from secrets'; end $$",
  'dynamic function': "do $$ begin execute 'select ' || (select word from secrets) || '(1)'; end $$",
  'dynamic qualified function': "do $$ begin execute 'select a.' || (select word from secrets) || '(1)'; end $$",
  'dynamic type': "do $$ begin execute 'select 1::' || (select word from secrets); end $$",
  'dynamic role': "do $$ begin execute 'set role ' || (select word from secrets); end $$",
  'dynamic setting': "do $$ begin execute format('set work_mem = %L', (select text from secrets)); end $$",
  'dynamic syntax': 'do $$ begin execute (select quoted from secrets); end $$',
  'dynamic literal': "do $$ begin execute 'select ''' || (select word from secrets); end $$",
  'dynamic comment':
    "do $$ begin execute 'create table made (); comment on column made.' || (select word from secrets) || ' is null'; end $$",
  'unique constraint': 'create unique index on twice (text)',
  'check constraint': "alter table secrets add check (text = 'x')",
  'insert against a check': 'insert into guarded select text from secrets',
  'not null': 'insert into required (note) select text from secrets',
  'foreign key': 'insert into child select text from secrets',
  exclusion: 'alter table twice add exclude (text with =)',
  'type of a column': 'alter table secrets alter text type int using text::int',
  'type too short': 'alter table secrets alter text type varchar(3)',
  domain: 'select text::short from secrets',
  default: 'insert into with_default select',
  NUL: "select convert_from(decode('00', 'hex') || text::bytea, 'UTF8') from secrets",
  'byte sequence': "select convert_from('\\xff'::bytea || decode(md5(text), 'hex'), 'UTF8') from secrets",
};

/** What the statements need. */
export function leakTables(values: ReturnType<typeof secretValues>): string {
  const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const row = [values.text, values.quoted, values.number, values.word].map(literal).join(', ');
  return `
    create type mood as enum ('glad');
    create domain short as text check (length(value) < 2);
    create table secrets (text text, quoted text, number text, word text);
    insert into secrets values (${row});
    create table twice (text text);
    insert into twice select text from secrets union all select text from secrets;
    create table guarded (text text check (text = 'x'));
    create table required (note text, needed text not null);
    create table parent (text text primary key);
    create table child (text text references parent);
    create function complain(what text) returns void language plpgsql as $$ begin raise exception 'complaint: %', what using errcode = '22000'; end $$;
    create table with_default (id int default ${literal(values.word)}::text::int);
  `;
}
