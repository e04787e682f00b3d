import { describe, expect, it } from 'vitest';
import { discover, faultsOf, scripts } from '../../support/migration-directory.js';

const up = 'create table if not exists things (id int);';
const down = 'drop table things;';

/** Both directions in one file, as tools write them that have a format here. */
const KNOWN: readonly (readonly [tool: string, file: string, text: string])[] = [
  ['sql-migrate', '20240101000000-a.sql', `-- +migrate Up\n${up}\n-- +migrate Down\n${down}\n`],
  ['sql-migrate', 'a.sql', `-- a comment\n-- +migrate Up notransaction\n${up}\n\n-- +migrate Down notransaction\n${down}\n`],
  ['micrate', '20240101000000_a.sql', `-- +micrate Up\n${up}\n-- +micrate Down\n${down}\n`],
  ['play', '1.sql', `# Schema\n\n# --- !Ups\n${up}\n\n# --- !Downs\n${down}\n`],
  ['play', '2.sql', `-- !Ups\n${up}\n-- !Downs\n${down}`],
  ['mybatis', '20240101000000_a.sql', `-- // A first one\n${up}\n\n-- //@UNDO\n-- SQL to undo the change goes here.\n${down}\n`],
  ['goose', '1_a.sql', `-- +goose Up\n${up}\n-- +goose Down\n${down}`],
  ['dbmate', '1_a.sql', `-- migrate:up\n${up}\n-- migrate:down\n${down}`],
  ['node-pg-migrate', '1_a.sql', `-- Up Migration\n${up}\n-- Down Migration\n${down}`],
  ['tern', '1_a.sql', `${up}\n---- create above / drop below ----\n${down}`],
  ['liquibase', 'a.sql', `--liquibase formatted sql\n--changeset a:1\n${up}\n--rollback ${down}`],
];

describe('a file with both directions', () => {
  it.each(KNOWN)('of %s is taken apart (%s)', async (_, file, text) => {
    const { migrations, faults } = await discover({ [file]: text });
    expect(faults).toEqual([]);
    expect(migrations.map((each) => [each.sql.includes(up), each.sql.includes('drop'), each.down?.sql.includes(down)])).toEqual([
      [true, false, true],
    ]);
  });

  it.each(KNOWN.filter(([tool]) => tool !== 'liquibase' && tool !== 'play'))(
    'of %s is refused where the stage says that it is plain (%s)',
    async (_, file, text) => {
      const faults = await faultsOf({ [file === 'a.sql' ? '1_a.sql' : file]: text }, { format: 'plain' });
      expect(faults).toEqual([expect.stringMatching(/^FILES_FORMAT m\/.*:\d+: this comment begins a part that undoes/)]);
    },
  );

  it.each([
    ['rambler', `-- rambler up\n${up}\n-- rambler down\n${down}`],
    ['shmig', `-- Migration: a\n-- ==== UP ====\nBEGIN;\n${up}\nCOMMIT;\n\n-- ==== DOWN ====\n\nBEGIN;\n${down}\nCOMMIT;`],
    ['a sign of one’s own', `--@UP\n${up}\n--@DOWN\n${down}`],
    ['another goose', `-- +duck Up\n${up}\n-- +duck Down\n${down}`],
    ['without a blank', `--+migrate Up\n${up}\n--+migrate Down\n${down}`],
    ['a headline', `${up}\n\n-- Down\n${down}`],
    ['a headline in a block comment', `/* UP */\n${up}\n/* DOWN */\n${down}`],
    ['decorated', `${up}\n-- >>>>>> rollback script <<<<<<\n${down}`],
    ['in brackets', `-- [up]\n${up}\n-- [down]\n${down}`],
    ['Up and Down with colons', `-- Up:\n${up}\n-- Down:\n${down}`],
    ['forwards', `-- Step forward\n${up}\n-- Step backward\n${down}`],
    ['Undo section behind statements', `${up}\n-- begin undo section\n${down}`],
    ['migrate:down without up', `${up}\n--migrate:down\n${down}`],
    ['no transaction', `${up}\n-- +migrate Down notransaction\n${down}`],
    ['a numbered headline', `-- 1. Create\n${up}\n-- 2. Down\n${down}`],
    ['a remark behind it', `${up}\n-- Rollback SQL (run by hand)\n${down}`],
    ['for people', `${up}\n-- How to roll back:\n${down}`],
    ['if needed', `${up}\n-- If you need to revert, run:\n${down}`],
    ['a plan', `${up}\n/*\n * Rollback plan\n */\n${down}`],
    ['in one word', `${up}\n-- DownSQL\n${down}`],
    ['with an underscore', `${up}\n-- DOWN_SQL\n${down}`],
    ['the reverse', `${up}\n-- Reverse migration\n${down}`],
    ['changes', `${up}\n-- Undo changes\n${down}`],
    ['unapply', `${up}\n-- un-apply\n${down}`],
    ['above, below', `${up}\n-- create above / drop below\n${down}`],
    ['CRLF', `-- +x Up\r\n${up}\r\n-- +x Down\r\n${down}\r\n`],
  ])('of a tool that is not known is refused with its line: %s', async (_, text) => {
    const faults = await faultsOf({ '1_a.sql': text }, { unwrap: true, format: 'plain' });
    expect(faults).toEqual([expect.stringMatching(/^FILES_FORMAT m\/1_a\.sql:\d+: this comment begins a part that undoes/)]);
  });

  it('of a folder is refused too', async () => {
    expect(await faultsOf({ '1_a/migration.sql': `${up}\n-- +migrate Down\n${down}` })).toHaveLength(1);
  });
});

it.each([
  '-- down payments of customers',
  '-- tear down',
  '-- break down',
  '-- scale up the numbers, then scale them down',
  '-- roll back the price change of last week',
  '-- rollback is not possible',
  '-- revert 0042',
  '-- Revert "Add index", see #42',
  '-- undo the trigger of 0042',
  '-- rollback: drop table things',
  '-- Rollback:\n-- DROP TABLE things;',
  '-- Down:\n--   alter table things drop column x;',
  '-- to undo: restore the backup',
  '-- write this down',
  '-- see below',
  '-- @todo undo this once the job is gone',
  '/* Rollback plan: none. */',
  '-- the countdown\n-- goes up and down',
  '-- +1 for down-sampling',
])('an ordinary comment does not refuse its file: %s', async (comment) => {
  expect(await faultsOf({ '1_a.sql': `select 1;\n${comment}\nselect 2;` })).toEqual([]);
  expect(await faultsOf({ '1_a.sql': `${comment}\nselect 2;` })).toEqual([]);
});

it('what looks like a marker in a literal or a function is none', async () => {
  const body =
    "create function f() returns void language plpgsql as $$ begin\n-- rollback\nperform 1; end $$;\nselect '\n-- Down\n', 1;";
  expect(await faultsOf({ '1_a.sql': `select 1;\n${body}\nselect 2;` })).toEqual([]);
});

it.each([
  [{ '1_a.sql': up, '1_a.rollback.sql': down }, '1_a.rollback.sql'],
  [{ '1_a.sql': up, '2_a.undo.sql': down }, '2_a.undo.sql'],
  [{ '1_a_up.sql': up, '1_a_down.sql': down }, '1_a_down.sql'],
  [{ '1_a.sql': up, '1_a_revert.sql': down }, '1_a_revert.sql'],
])('a file whose name says that it undoes another is refused, also where names are the identity', async (files, name) => {
  const message = `FILES_BAD_NAME m/${name}: its name says that it undoes another file, and it would run as a migration`;
  expect(await faultsOf(files as unknown as Record<string, string>, { identity: 'name' })).toEqual([message]);
});

it('a name that only ends so is none', async () => {
  expect(await faultsOf({ '1_scale_down.sql': up, '2_add_rollback.sql': up })).toEqual([]);
});

describe('a template', () => {
  it.each(['create schema {{ index .Options "Namespace" }};', '{% if x %} select 1; {% endif %}', 'select 1;\n\nselect {{x}};'])(
    'is refused as one, with its line: %s',
    async (text) => {
      const line = text.split('\n').findIndex((each) => /\{[{%]/.test(each)) + 1;
      expect(await faultsOf({ '1_a.sql': text })).toEqual([
        `FILES_UNSUPPORTED m/1_a.sql:${line}: a template, which only the program that it is written for can fill`,
      ]);
    },
  );

  it('braces in literals and comments are none', async () => {
    expect(await faultsOf({ '1_a.sql': `select '{{1,2},{3,4}}'::int[], '{{ name }}'; -- {{ x }}` })).toEqual([]);
  });
});

describe('sql-migrate', () => {
  it('orders by number and then by name, and knows files by their names', async () => {
    const text = `-- +migrate Up\nselect 1;`;
    const files = { '10_c.sql': text, '9_b.sql': text, '9_a.sql': text, 'zeta.sql': text, 'alpha.sql': text };
    expect(((await scripts(files)) as { version: string }[]).map(({ version }) => version)).toEqual([
      '9',
      '9_b',
      '10',
      'alpha',
      'zeta',
    ]);
  });
});

describe('Play', () => {
  it('takes a doubled semicolon for one that ends no statement', async () => {
    expect(await scripts({ '1.sql': '-- !Ups\ndo $$ begin perform 1;; end $$;\n-- !Downs\n' })).toMatchObject([
      { version: '1', sql: 'do $$ begin perform 1; end $$;' },
    ]);
  });
});

describe('MyBatis Migrations', () => {
  it('names its own table as the tool does by default', async () => {
    const text = '-- // Create Changelog\ncreate table ${changelog} (id numeric(20,0));\n-- //@UNDO\ndrop table ${changelog};';
    expect(await scripts({ '1_a.sql': text })).toMatchObject([
      { sql: '-- // Create Changelog create table CHANGELOG (id numeric(20,0));', down: 'drop table CHANGELOG ;' },
    ]);
  });
});
