import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { HostileCase } from './case.js';

/** What lies in the directory of migrations; `pawl deploy --direct` is asked to run it. */
export interface HostileFiles extends HostileCase {
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** Further keys of the stage. */
  readonly stage?: string | undefined;
  /** Lays down what no text can. */
  readonly lay?: ((directory: string) => void) | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

const GOOD = { '1_a.sql': 'create table planted ();' };
const refused = (what: string, files: HostileFiles['files'], says: RegExp, more: Partial<HostileFiles> = {}): HostileFiles => ({
  what,
  files,
  exit: 4,
  says,
  ...more,
});
const named = (name: string, says = /FILES_BAD_NAME/): HostileFiles =>
  refused(`the name ${JSON.stringify(name)}`, { ...GOOD, [name]: 'create table planted2 ();' }, says);
const holds = (what: string, bytes: Buffer | string, says: RegExp): HostileFiles =>
  refused(what, { ...GOOD, '2_b.sql': bytes }, says);
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

export const FILES: readonly HostileFiles[] = [
  // Names.
  ...[
    '2_b.SQL',
    '2_b.Sql',
    '2_b.pgsql',
    '2_b.sql.gz',
    '2_b',
    'b.sql',
    '2.sql.txt',
    '-2_b.sql',
    '+2_b.sql',
    '2e3_b.sql.j2',
    '٢_b.sql',
    '２_b.sql',
  ].map((name) => named(name)),
  ...[
    'x_2_b.sql',
    ' 2_b.sql',
    '\u200b2_b.sql',
    '\u202e2_b.sql',
    '\u001b[2J2_b.sql',
    '2_b.sql\n',
    '2_b.sql ',
    '\ufeff2_b.sql',
  ].map((name) => named(name)),
  ...['V2__b.rs', '2_b.py', '2_b.rb', '2_b.js', '2_b.exs'].map((name) => named(name, /FILES_UNSUPPORTED/)),
  ...['old/2_b.sql', '2_b/x.sql', 'a/b/c/2_b.sql'].map((name) => named(name)),
  refused('one version twice', { ...GOOD, '1_b.sql': '' }, /version 1 is there twice/),
  refused('one version twice, by zeros', { ...GOOD, '0001_b.sql': '' }, /version 1 is there twice/),
  refused('one version twice, by an ending', { ...GOOD, '1.0_b.sql': '' }, /twice|1\.0/),
  refused(
    'a version of 1,000 digits, twice',
    { [`${'9'.repeat(120)}_a.sql`]: 'create table planted ();', [`0${'9'.repeat(120)}_b.sql`]: '' },
    /twice/,
  ),
  refused(
    'a version that no table holds',
    { [`${'1.'.repeat(60)}1_a.sql`]: 'create table planted ();', [`${'1.'.repeat(60)}1-b.sql`]: '' },
    /twice|version/,
  ),
  refused('a down file alone', { ...GOOD, '2_b.down.sql': 'drop table a;' }, /a down file without its up file/),
  refused('two tools in one directory', { '1_a.sql': '-- +goose Up\nselect 1;', '2_b.sql': '-- migrate:up\nselect 1;' }, /./),
  // What is no file.
  refused('a pipe', GOOD, /a named pipe/, { lay: (folder) => execFileSync('mkfifo', [join(folder, '2_b.sql')]) }),
  refused('a link that leads nowhere', GOOD, /a link that leads nowhere/, {
    lay: (folder) => symlinkSync('x', join(folder, '2_b.sql')),
  }),
  refused('a link to itself', GOOD, /a link that leads nowhere/, {
    lay: (folder) => symlinkSync('2_b.sql', join(folder, '2_b.sql')),
  }),
  refused('a link to a device', GOOD, /a device/, { lay: (folder) => symlinkSync('/dev/zero', join(folder, '2_b.sql')) }),
  refused('a link to a file of the system', GOOD, /2_b\.sql/, {
    lay: (folder) => symlinkSync('/etc/hostname', join(folder, '2_b.sql')),
  }),
  refused('a link to a directory', GOOD, /a link to a directory/, { lay: (folder) => symlinkSync('/etc', join(folder, '2_b')) }),
  refused('a folder with the name of a migration', GOOD, /2_b\.sql/, { lay: (folder) => mkdirSync(join(folder, '2_b.sql')) }),
  refused('an empty folder with a version', GOOD, /2_b/, { lay: (folder) => mkdirSync(join(folder, '2_b')) }),
  // What is no text.
  holds('an empty file', '', /FILES_EMPTY/),
  holds('white space', ' \n\t\r\n', /FILES_EMPTY/),
  holds('Latin 1', latin("select '\xe9';"), /2_b\.sql:1: the file is not UTF-8/),
  holds('UTF-16', Buffer.from('\ufeffselect 1;', 'utf16le'), /2_b\.sql/),
  holds('UTF-16 without a mark', Buffer.from('select 1;', 'utf16le'), /NUL byte/),
  holds('half a character', latin('select 1; -- \xe2\x82'), /not UTF-8/),
  holds('a surrogate as bytes', latin("select '\xed\xa0\x80';"), /not UTF-8/),
  holds('an overlong slash', latin("select '\xc0\xaf';"), /not UTF-8/),
  holds('bytes above the last character', latin("select '\xf5\x80\x80\x80';"), /not UTF-8/),
  holds('a NUL at the end', 'create table planted2 ();\n\0', /2_b\.sql:2: the file holds a NUL byte/),
  holds('a NUL in a comment', '-- \0\ncreate table planted2 ();', /2_b\.sql:1: the file holds a NUL byte/),
  holds('a ZIP archive', latin('PK\x03\x04\x14\x00\x00\x00'), /2_b\.sql/),
  holds('a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n', /SQL_SYNTAX|Git LFS/),
  holds('marks of a merge', 'select 1;\n<<<<<<< HEAD\nselect 2;\n=======\n', /2_b\.sql:2/),
  holds('HTML', '<!doctype html><html></html>', /2_b\.sql:1/),
  holds('JSON', '{"a": 1}', /2_b\.sql:1/),
  holds('a shell script', '#!/bin/sh\npsql -c "drop table a"\n', /2_b\.sql:1/),
  // What is no SQL.
  holds('an open quote', "select 'hunter2", /unterminated quoted string/),
  holds('an open identifier', 'select "hunter2', /unterminated quoted identifier/),
  holds('an open comment', 'select 1; /* hunter2', /unterminated \/\* comment/),
  holds('an open dollar quote', 'select $a$ hunter2', /unterminated dollar-quoted string/),
  holds('an open quote of 3 MB', `select 'hunter2 ${'x'.repeat(3_000_000)}`, /unterminated quoted string/),
  holds('a command of psql', '\\i /etc/passwd', /SQL_PSQL_COMMAND/),
  holds('a command of psql that runs a program', '\\! id', /SQL_PSQL_COMMAND/),
  holds('a variable of psql', 'select :x;', /2_b\.sql:1/),
  holds('a template', 'create table {{ name }} ();', /2_b\.sql:1/),
  holds('a template with tags', '{% if x %}select 1;{% endif %}', /2_b\.sql:1/),
  holds('another dialect', 'create table `a` (id int auto_increment);', /2_b\.sql:1/),
  holds('a batch of another server', 'select 1;\nGO\nselect 2;', /2_b\.sql:[23]/),
  holds('brackets of depth 20,000', `select ${'('.repeat(20_000)}1${')'.repeat(20_000)};`, /2_b\.sql/),
  holds('comments of depth 5,000', `${'/*'.repeat(5_000)} select 1;`, /unterminated \/\* comment/),
  holds(
    'data of COPY that is missing',
    'create table planted2 (a int); copy planted2 from stdin;',
    /COPY FROM stdin has no data/,
  ),
  // Directives and placeholders.
  holds('a directive that is none', '-- pawl:no-transactions\nselect 1;', /there is no directive pawl:no-transactions/),
  holds('a directive of the prototype', '-- pawl:constructor\nselect 1;', /there is no directive pawl:constructor/),
  holds('a directive with control characters', '-- pawl:x\u001b[2J\nselect 1;', /there is no directive/),
  holds('a backfill of two statements', '-- pawl:backfill a by id\nselect 1; select 2;', /BACKFILL_UNFIT/),
  holds('a backfill of no table', '-- pawl:backfill\nupdate a set b = 1;', /2_b\.sql/),
  refused('a placeholder without a value', { ...GOOD, '2_b.sql': "select '${X}';" }, /placeholder X has no value here/, {
    stage: 'placeholders: { X: { env: NOT_SET } }',
  }),
  refused('a placeholder that holds a NUL', { ...GOOD, '2_b.sql': "select '${X}';" }, /2_b|X/, {
    stage: 'placeholders: { X: { env: VALUE } }',
    environment: { VALUE: 'a\u0000hunter2' },
  }),
  refused('a placeholder that closes the quote', { ...GOOD, '2_b.sql': "select '${X}';" }, /2_b/, {
    stage: 'placeholders: { X: { env: VALUE } }',
    environment: { VALUE: "hunter2'; commit; select '" },
  }),
  // Formats.
  refused(
    'a changelog that includes itself',
    { 'master.xml': '<databaseChangeLog><include file="master.xml"/></databaseChangeLog>' },
    /it includes itself/,
  ),
  {
    ...refused(
      'a changelog with an entity of the system',
      { 'master.xml': '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><databaseChangeLog>&e;</databaseChangeLog>' },
      /m holds no migrations/,
    ),
    exit: 0,
  },
  refused(
    'a changelog that leads out of the directory',
    { 'master.xml': '<databaseChangeLog><include file="../../../etc/passwd"/></databaseChangeLog>' },
    /./,
  ),
  refused('a changelog with an open tag', { 'master.xml': '<databaseChangeLog><include' }, /its end may be missing/),
  refused(
    'a plan of Sqitch that leads out of the directory',
    { 'sqitch.plan': '%project=p\n../../etc/passwd 2020-01-01T00:00:00Z a <a@b>\n' },
    /./,
  ),
  refused('a plan of Sqitch without its files', { 'sqitch.plan': '%project=p\na 2020-01-01T00:00:00Z a <a@b>\n' }, /./),
  refused(
    'a journal of Drizzle that is no JSON',
    { 'meta/_journal.json': '{', '0000_a.sql': 'create table planted ();' },
    /_journal\.json/,
  ),
  refused(
    'a journal of Drizzle that leads out of the directory',
    { 'meta/_journal.json': '{"entries":[{"idx":0,"when":1,"tag":"../../etc/passwd"}]}', '0000_a.sql': '' },
    /./,
  ),
  refused(
    'a journal of Drizzle with null',
    { 'meta/_journal.json': '{"entries":[null]}', '0000_a.sql': 'create table planted ();' },
    /_journal\.json/,
  ),
  refused(
    'a sum of Atlas that is wrong',
    { '1_a.sql': 'create table planted ();', 'atlas.sum': 'h1:x=\n1_a.sql h1:y=\n' },
    /FILES_CHECKSUM/,
  ),
];
