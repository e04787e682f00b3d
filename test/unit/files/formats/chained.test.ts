import { describe, expect, it } from 'vitest';
import { atlasSum } from '../../../../src/engine/files/atlas-sum.js';
import { readListing } from '../../../../src/engine/files/listing.js';
import { faultsOf, scripts, writeMigrations } from '../../../support/migration-directory.js';

// The sums were made by Atlas (ariga.io/atlas v0.31.0, migrate.LocalDir.Checksum).
const ATLAS = {
  '20240101000000_a.sql': 'create table a ();\n',
  '20240102000000_b.sql': '-- atlas:txmode none\n\ncreate index concurrently i on a ((1));\n',
  'atlas.sum': `h1:/WWVZ7TcAG0fulwwRH7R4O76Vu++aLxmCWLfalpaNNM=
20240101000000_a.sql h1:HXHUiibE7RgOpoDdFZQq7WggNddFivKP6YMSOQXi6oo=
20240102000000_b.sql h1:/YqoxmkFfs7i8SXa52FtMLi9opagehcaGalN8eRZARA=
`,
};
// The hashes were made by graphile-migrate 1.4.1 (calculateHash).
const FIRST = 'sha1:39956cbf4f8e67b4dc288f2fdbc3bdebd35fe0f3';
const SECOND = 'sha1:fce39d0bf0957ac297cd1c0e298599b40eeb4f20';
const GRAPHILE = {
  'committed/000001.sql': `--! Previous: -\n--! Hash: ${FIRST}\n\ncreate table a ();\n`,
  'committed/000002-b.sql': `--! Previous: ${FIRST}\n--! Hash: ${SECOND}\n--! Message: b\n\n--! no-transaction\nalter type t add value 'x';\n`,
};

describe('Atlas', () => {
  it('takes the sums that Atlas made, also where git has changed the line ends', async () => {
    expect(await scripts(ATLAS)).toMatchObject([
      { version: '20240101000000' },
      { version: '20240102000000', transaction: 'none' },
    ]);
    expect(await faultsOf({ ...ATLAS, '20240101000000_a.sql': 'create table a ();\r\n' })).toEqual([]);
  });

  it('sums up as Atlas does', async () => {
    const listing = await readListing('m', writeMigrations({ ...ATLAS, 'atlas.sum': 'h1:old\n' }));
    expect(await atlasSum(listing)).toEqual({ file: 'atlas.sum', text: ATLAS['atlas.sum'] });
  });

  it('leaves out of the sums what the file asks to be left out', async () => {
    const sum = 'h1:D7kXEGHx1T3q7bMxlYAP40+3F+px0jdxQ7p/gzQFc68=\n2_b.sql h1:LSxj15aDRJi+CRsQ2jVbNpYRk/V7N4zkjWFX6PM68es=\n';
    const files = { 'atlas.sum': sum, '2_b.sql': 'select 2;\n' };
    expect(await faultsOf({ ...files, '1_a.sql': '-- atlas:sum ignore\n\nselect 1;\n' })).toEqual([]);
    expect(await faultsOf({ ...files, '1_a.sql': '-- atlas:sum ignore\n\nselect 3;\n' })).toEqual([]);
  });

  it.each([
    ['edited', { '20240101000000_a.sql': 'create table b ();\n' }, '20240101000000_a.sql: edited'],
    ['added', { '20240101120000_x.sql': '' }, '20240101120000_x.sql: added'],
    ['added at the end', { '20250101120000_x.sql': '' }, '20250101120000_x.sql: added'],
  ])('tells a file that was %s', async (_, change, what) => {
    expect(await faultsOf({ ...ATLAS, ...change })).toEqual([`FILES_CHECKSUM m/${what} since atlas.sum was written`]);
  });

  it('tells a file that was removed, and sums that were merged', async () => {
    const rest = Object.fromEntries(Object.entries(ATLAS).filter(([name]) => !name.endsWith('_a.sql')));
    expect(await faultsOf(rest)).toEqual(['FILES_CHECKSUM m/20240101000000_a.sql: removed since atlas.sum was written']);
    expect(await faultsOf({ ...ATLAS, 'atlas.sum': ATLAS['atlas.sum'].replace('_b.sql', '_c.sql') })).toEqual([
      expect.stringMatching(/^FILES_CHECKSUM m\/atlas.sum: its first line does not fit/),
    ]);
  });

  const atlas = { format: 'atlas' };

  it('puts semicolons where the file has a delimiter of its own', async () => {
    const named =
      "-- atlas:delimiter -- end\nselect '-- end'\n-- end\ncreate function f() returns void as $$ -- end\n$$ language sql\n-- end\n";
    expect(await scripts({ '1_a.sql': named }, atlas)).toMatchObject([
      { sql: "-- atlas:delimiter -- end select '-- end' ; create function f() returns void as $$ -- end $$ language sql ;" },
    ]);
    const blank = '-- atlas:delimiter \\n\\n\nselect 1 -- one\n\nselect 2\n\n';
    expect(await scripts({ '1_a.sql': blank }, atlas)).toMatchObject([
      { sql: '-- atlas:delimiter \\n\\n select 1 -- one ; select 2 ;' },
    ]);
  });

  it('a directive counts at the head of the file only, with an empty line after it', async () => {
    expect(await scripts({ '1_a.sql': '-- atlas:txmode none\nselect 1;' }, atlas)).toEqual([
      expect.not.objectContaining({ transaction: 'none' }),
    ]);
    expect(await faultsOf({ '1_a.sql': '-- atlas:txmode all\n\nselect 1;' }, atlas)).toEqual([
      'FILES_FORMAT m/1_a.sql:1: there is no txmode "all" for a file',
    ]);
    expect(await faultsOf({ '1_a.sql': '-- atlas:txtar\n\n-- migration.sql --\nselect 1;' }, atlas)).toEqual([
      'FILES_UNSUPPORTED m/1_a.sql:1: "atlas:txtar" is not known here',
    ]);
  });

  it('a checkpoint stands for files that are gone, and for none that are there', async () => {
    const point = '-- atlas:checkpoint\n\nselect 0;';
    const names = async (files: Record<string, string>): Promise<string[]> =>
      (await scripts(files, atlas)).map((row) => (row as { name: string }).name);
    expect(await names({ '1_a.sql': 'select 1;', '2_point.sql': point, '3_c.sql': 'select 3;' })).toEqual(['1_a.sql', '3_c.sql']);
    expect(await names({ '1_point.sql': point, '2_point.sql': point, '3_c.sql': 'select 3;' })).toEqual([
      '2_point.sql',
      '3_c.sql',
    ]);
    expect(await names({ '1_point.sql': point, '2_point.sql': point })).toEqual(['2_point.sql']);
  });
});

describe('graphile-migrate', () => {
  it('takes the chain of hashes that it made, whatever the line ends', async () => {
    const expected = [
      { version: '1', name: '000001.sql' },
      { version: '2', name: '000002-b.sql', transaction: 'none' },
    ];
    expect(await scripts({ ...GRAPHILE, 'current.sql': 'select 1;', 'fixtures/x.sql': '' })).toMatchObject(expected);
    const crlf = Object.fromEntries(Object.entries(GRAPHILE).map(([name, text]) => [name, text.replace(/\n/g, '\r\n')]));
    expect(await scripts(crlf)).toMatchObject(expected);
  });

  it('tells an edit, a broken chain and missing headers', async () => {
    const [one, two] = Object.values(GRAPHILE) as [string, string];
    const edited = one.replace('table a', 'table b');
    expect(await faultsOf({ ...GRAPHILE, 'committed/000001.sql': edited })).toEqual([
      'FILES_CHECKSUM m/committed/000001.sql: its text is not the one that was committed (the hash differs)',
    ]);
    expect(await faultsOf({ ...GRAPHILE, 'committed/000001.sql': edited.replace('\n\n', '\n--! AllowInvalidHash\n\n') })).toEqual(
      [],
    );
    expect(await faultsOf({ 'committed/000002-b.sql': two })).toEqual([
      `FILES_CHECKSUM m/committed/000002-b.sql: it follows ${FIRST}, but the file before it is none`,
    ]);
    expect(await faultsOf({ 'committed/000001.sql': one, 'committed/000002.sql': 'select 1;' })).toEqual([
      'FILES_FORMAT m/committed/000002.sql: a committed migration without its Previous and Hash headers',
    ]);
  });

  it('wants a value for what the tool takes from its connection, in quotes and comments of the text too', async () => {
    const text = `--! Previous: -\n--! Hash: x\n--! AllowInvalidHash\n\ncomment on table a is ':DATABASE_OWNER';\n`;
    const files = {
      'committed/000001.sql': text,
      'committed/000002.sql': '--! Previous: x\n--! Hash: y\n--! AllowInvalidHash\n\nselect 2;\n',
    };
    expect(await faultsOf(files)).toEqual([
      'FILES_PLACEHOLDER m/committed/000001.sql:5: the placeholder :DATABASE_OWNER has no value',
    ]);
    const [filled] = await scripts(files, { placeholders: { DATABASE_OWNER: 'ann' } });
    expect(filled).toMatchObject({ sql: expect.stringContaining(`'ann'`) as string });
  });
});
