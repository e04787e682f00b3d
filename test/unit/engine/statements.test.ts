import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineError } from '../../../src/engine/error.js';
import { checksum } from '../../../src/engine/files/checksum.js';
import { fingerprint } from '../../../src/engine/files/fingerprint.js';
import { canonicalVersion, compareVersions } from '../../../src/engine/files/migration.js';
import { excerptAt, placeAt } from '../../../src/engine/files/place.js';
import { loadGrammar, parseStatements } from '../../../src/engine/files/statements.js';

beforeAll(loadGrammar);

const errorOf = (sql: string): EngineError => {
  try {
    parseStatements(sql, 'm/1.sql');
  } catch (error) {
    return error as EngineError;
  }
  throw new Error('parsed');
};

describe('parseStatements', () => {
  it('splits by the grammar, not by semicolons', () => {
    const sql = `-- head; not a statement\ncreate function f() returns int language plpgsql as $$ begin return 1; end $$;\n/* a /* nested; */ b */ select ';';\n`;
    const statements = parseStatements(sql, 'f');
    expect(statements.map(({ text }) => text)).toEqual([
      'create function f() returns int language plpgsql as $$ begin return 1; end $$',
      `select ';'`,
    ]);
    for (const { text, start, end } of statements) expect(sql.slice(start, end)).toBe(text);
  });

  it('keeps offsets true after characters of several bytes and units', () => {
    const sql = `select 'é😀';  select 'ü' as second`;
    expect(parseStatements(sql, 'f').map(({ text }) => text)).toEqual([`select 'é😀'`, `select 'ü' as second`]);
  });

  it('takes an empty file and one of comments as no statements', () => {
    expect(parseStatements('', 'f')).toEqual([]);
    expect(parseStatements('-- nothing\n/* at all */', 'f')).toEqual([]);
  });

  it('points at a syntax error', () => {
    const error = errorOf(`select 'é';\nselec 2;`);
    expect(error).toMatchObject({ code: 'SQL_SYNTAX', verdict: 'refused', place: { file: 'm/1.sql', line: 2, column: 1 } });
    expect(error.excerpt).toBe('2 | selec 2;\n  | ^');
  });

  it('knows a psql command', () => {
    expect(errorOf('select 1;\n\\set x 1\n')).toMatchObject({ code: 'SQL_PSQL_COMMAND', place: { line: 2 } });
  });

  it.each([
    ['grant all on schema public to :DATABASE_OWNER;', 'DATABASE_OWNER'],
    ['alter table :schema.t add x int;', 'schema'],
    ['select 1 limit :n;', 'n'],
  ])('calls a placeholder that nobody has filled by its name: %s', (sql, name) => {
    const error = errorOf(`select 1;\n${sql}`);
    expect(error).toMatchObject({ code: 'FILES_PLACEHOLDER', place: { line: 2 } });
    expect(error.message).toBe(`m/1.sql:2: the placeholder :${name} has no value`);
    expect(error.next).toBe(`Give it one in the stage: placeholders: { ${name}: ... }.`);
  });

  it.each(["select 'a':b;", `select {"a":"b"};`, 'select 12:00;', 'select a::;'])('takes no other colon for one: %s', (sql) => {
    expect(errorOf(sql)).toMatchObject({ code: 'SQL_SYNTAX' });
  });
});

describe('places', () => {
  it('count lines and columns from 1, and keep tabs above the caret', () => {
    const sql = 'a\n\tb c';
    const place = placeAt(sql, sql.indexOf('c'), 'f');
    expect(place).toEqual({ file: 'f', line: 2, column: 4 });
    expect(excerptAt(sql, place)).toBe('2 | \tb c\n  | \t  ^');
  });
});

describe('versions', () => {
  it.each([
    ['000103', '103'],
    ['1.0', '1'],
    ['1_2', '1.2'],
    ['0', '0'],
    ['20240101120000', '20240101120000'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalVersion(text)).toBe(canonical);
  });

  it('compare by number, part by part', () => {
    expect(['10', '9', '1.10', '1.9', '1'].sort(compareVersions)).toEqual(['1', '1.9', '1.10', '9', '10']);
  });
});

describe('checksum and fingerprint', () => {
  it('are deaf to BOM and line ends', () => {
    expect(checksum('\uFEFFselect 1;\r\n')).toBe(checksum('select 1;\n'));
    expect(checksum('select 1;')).not.toBe(checksum('select 2;'));
  });

  it('the fingerprint is deaf to comments and space, not to content', () => {
    const print = (sql: string): string => fingerprint(parseStatements(sql, 'f'));
    expect(print('SELECT  1; -- why')).toBe(print('select 1'));
    expect(print('select 1')).not.toBe(print('select 2'));
    expect(print(`select 'a'`)).not.toBe(print(`select 'b'`));
  });
});
