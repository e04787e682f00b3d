import { beforeAll, describe, expect, it } from 'vitest';
import { byteOffsets } from '../../../src/engine/files/byte-offsets.js';
import { takeOutData } from '../../../src/engine/files/copy-data.js';
import { isLarge } from '../../../src/engine/files/large-script.js';
import { placeAt } from '../../../src/engine/files/place.js';
import { readStatements } from '../../../src/engine/files/read-statements.js';
import { canonicalStatement } from '../../../src/engine/files/statement-hash.js';
import { loadGrammar, parseStatements } from '../../../src/engine/files/statements.js';

beforeAll(loadGrammar);

/** One of each thing that a splitter may take for the end of a statement. */
const TRAPS = `
-- a comment; with 'quotes
/* nested /* ; */ ; */
create table "a;b" (note text default 'x;''y', other text default E'it\\'s;');
insert into "a;b" values ($$;'$$, $tag$ $$ ; $tag$); insert into "a;b" values ('é😀;', U&'d!0061' uescape '!');
create rule r as on insert to "a;b" do also (select 1; select 2);
create function f() returns int begin atomic
  insert into "a;b" values ('inside');
  select 1;
end;
  insert into "a;b" select a$b from c;;
do $do$ begin perform 1; end $do$
`;
const LINE = `insert into "a;b" values ('é, 100 characters or so, that there are many of, to make a script large', '😀');\n`;
const large = (script: string): string => `${LINE.repeat(11_000)}${script};\n${LINE.repeat(3)}`;

// Another thread has to start, and to load the grammar, which takes its time beside other tests.
describe('a large script', { timeout: 60_000 }, () => {
  it('has the statements that the grammar finds in it when it is small, at the same places', async () => {
    const script = large(TRAPS);
    expect(isLarge(script)).toBe(true);
    const statements = await readStatements(script, 'm/1.sql');
    expect(statements).toHaveLength(11_000 + parseStatements(TRAPS, 'm/1.sql').length + 3);
    const wanted = parseStatements(`${LINE.repeat(2)}${TRAPS};\n${LINE.repeat(3)}`, 'm/1.sql');
    const shift = LINE.length * 10_998;
    const found = statements.slice(10_998);
    expect(found.map(({ text, type, start, end }) => [text, type, start - shift, end - shift])).toEqual(
      wanted.map(({ text, type, start, end }) => [text, type, start, end]),
    );
    expect(found.map(({ node }) => Object.keys(node))).toEqual(wanted.map(({ node }) => Object.keys(node)));
    expect(await readStatements(script, 'm/1.sql')).toBe(statements);
  });

  it('that does not parse is refused at the place', async () => {
    await expect(readStatements(large('\ncreate tabel x ();'), 'm/1.sql')).rejects.toMatchObject({
      code: 'SQL_SYNTAX',
      place: { file: 'm/1.sql', line: 11_002, column: 8 },
    });
  });

  it('does not hold the thread that waits for it', async () => {
    let turns = 0;
    const beat = setInterval(() => (turns += 1), 1);
    const reading = readStatements(large('select 2;'), 'm/2.sql');
    expect(turns).toBe(0);
    await reading;
    clearInterval(beat);
    expect(turns).toBeGreaterThan(3);
  });

  it('is not waited for once the work is cancelled', async () => {
    const abort = new AbortController();
    const reading = readStatements(large('select 3;'), 'm/3.sql', { signal: abort.signal });
    abort.abort(new Error('cancelled'));
    await expect(reading).rejects.toThrow('cancelled');
  });
});

it.each(['plain', 'é'.repeat(3000), `x${'😀'.repeat(3000)}é`, `${'a'.repeat(1023)}😀${'b'.repeat(1023)}😀`])(
  'offsets in bytes become offsets in units (%#)',
  (text) => {
    const offsetOf = byteOffsets(text);
    let units = 0;
    let bytes = 0;
    for (const character of text) {
      expect(offsetOf(bytes)).toBe(units);
      units += character.length;
      bytes += Buffer.byteLength(character);
    }
  },
);

it('places count lines and columns from 1', () => {
  expect(placeAt('a\nbc\n\nd', 0, 'f')).toMatchObject({ line: 1, column: 1 });
  expect(placeAt('a\nbc\n\nd', 3, 'f')).toMatchObject({ line: 2, column: 2 });
  expect(placeAt('a\nbc\n\nd', 6, 'f')).toMatchObject({ line: 4, column: 1 });
});

describe('canonicalStatement', () => {
  it.each([
    ['select  1 -- one\n  + 2', 'select 1 + 2'],
    ['/* a /* b */ c */ select 1', 'select 1'],
    [`select 'a  -- b', "c  d"`, `select 'a  -- b', "c  d"`],
    [`select E'it\\'s  --' , x`, `select E'it\\'s  --' , x`],
    ['select $a$  -- $b$ $a$  ;', 'select $a$  -- $b$ $a$ ;'],
    ['select a$b$  -- c\n, d', 'select a$b$ , d'],
  ])('%s', (text, canonical) => {
    expect(canonicalStatement(text)).toBe(canonical);
  });
});

describe('takeOutData', () => {
  it('takes the data of COPY and the guards of pg_dump out, and moves no line', () => {
    const dump = String.raw`\restrict abc
-- copy x from stdin;
COPY public.a (id, note) FROM stdin;
1	it's; -- $$
2	\N
\.

create function f() returns text language sql as $$ select 'copy a from stdin;' $$;
COPY public.b FROM stdin;
\.
select 1;
\unrestrict abc
`;
    const { sql, data } = takeOutData(dump);
    expect(data.map(({ text }) => text)).toEqual(["1\tit's; -- $$\n2\t\\N\n", '']);
    expect(sql.length).toBe(dump.length);
    expect(sql.split('\n').map((line) => line.trim())).toEqual(
      dump.split('\n').map((line, n) => ([0, 3, 4, 5, 9, 11].includes(n) ? '' : line)),
    );
  });

  it('leaves what psql alone understands for the grammar to refuse', () => {
    expect(takeOutData('\\connect other\nselect 1;')).toEqual({ sql: '\\connect other\nselect 1;', data: [] });
  });
});
