import { describe, expect, it } from 'vitest';
import { discover, faultsOf, scripts } from '../../../support/migration-directory.js';

describe('dbmate', () => {
  it('takes its sections apart, and joins several of one kind', async () => {
    const text = '-- migrate:up\ncreate table a ()\n-- migrate:down\ndrop table a;\n-- migrate:up transaction:false\nvacuum;';
    expect(await scripts({ '0012x.sql': text })).toEqual([
      { version: '12', name: '0012x.sql', sql: 'create table a () ; vacuum;', down: 'drop table a;', transaction: 'none' },
    ]);
  });

  it('refuses SQL outside of the sections, and a file without them', async () => {
    const files = {
      '1_a.sql': '-- migrate:up\n',
      '2_b.sql': 'select 1;\n-- migrate:up',
      '3_c.sql': '',
      '4_d.sql': '-- migrate:down',
    };
    expect(await faultsOf(files)).toEqual([
      'FILES_FORMAT m/2_b.sql:1: SQL before `-- migrate:up`, and dbmate refuses the file',
      'FILES_FORMAT m/3_c.sql:1: there is no `-- migrate:up`, and dbmate refuses the file',
      'FILES_FORMAT m/4_d.sql:1: `-- migrate:down` before `-- migrate:up`, and dbmate refuses the file',
    ]);
  });
});

describe('sqlx', () => {
  it('reads simple and reversible files; -- no-transaction counts in the first line only', async () => {
    const files = {
      '1_a.up.sql': '-- no-transaction\nvacuum;',
      '1_a.down.sql': 'select 1;',
      '2_b.sql': '\n-- no-transaction\nselect 2;',
    };
    expect(await scripts(files)).toEqual([
      { version: '1', name: '1_a.up.sql', sql: '-- no-transaction vacuum;', down: 'select 1;', transaction: 'none' },
      { version: '2', name: '2_b.sql', sql: '-- no-transaction select 2;' },
    ]);
  });
});

describe('tern', () => {
  it('runs what is above the line', async () => {
    const files = {
      '001_a.sql': '---- tern: disable-tx ----\nvacuum;\n\n---- create above / drop below ----\n\nselect 1;',
      '002_b.sql': 'select 2;\n---- create above / drop below ----\n',
      'snapshots/x/y.sql': '{{ . }}',
    };
    expect(await scripts(files)).toEqual([
      { version: '1', name: '001_a.sql', sql: '---- tern: disable-tx ---- vacuum;', down: 'select 1;', transaction: 'none' },
      { version: '2', name: '002_b.sql', sql: 'select 2;' },
    ]);
  });

  it('refuses templates, with the line', async () => {
    expect(await faultsOf({ 'tern.conf': '', '001_a.sql': 'select 1;\nselect {{ .x }};' })).toEqual([
      'FILES_UNSUPPORTED m/001_a.sql:2: a template of Go, which only tern can fill',
    ]);
  });
});

describe('node-pg-migrate', () => {
  it('takes its sections in either order, and times in either form', async () => {
    const files = {
      '1589353644504_a.sql': '-- Down Migration\nselect -1;\n-- Up Migration\nselect 1;',
      '20200513070724505_b.sql': '---- up migration ----\nselect 2;\n-- down migration\nselect -2;',
      '1589353644506_c.sql': 'select 3;',
    };
    expect(await scripts(files)).toEqual([
      {
        version: '1589353644504',
        name: '1589353644504_a.sql',
        sql: '-- Up Migration select 1;',
        down: '-- Down Migration select -1;',
      },
      {
        version: '20200513070724505',
        name: '20200513070724505_b.sql',
        sql: '---- up migration ---- select 2;',
        down: '-- down migration select -2;',
      },
      { version: '1589353644506', name: '1589353644506_c.sql', sql: 'select 3;' },
    ]);
  });
});

describe('golang-migrate', () => {
  it('pairs its files, whatever the width of the number', async () => {
    const { migrations } = await discover(
      { '000103_a.up.sql': 'select 1;', '000103_a.down.sql': 'select 2;' },
      { format: 'golang-migrate' },
    );
    expect(migrations).toMatchObject([
      { version: '103', path: 'm/000103_a.up.sql', down: { path: 'm/000103_a.down.sql', sql: 'select 2;' } },
    ]);
  });
});

it('leaves BEGIN and COMMIT where they are, unless they are to be taken out', async () => {
  const files = { '1_a.up.sql': 'BEGIN; select 1; COMMIT;', '1_a.down.sql': 'BEGIN; select 2; COMMIT;' };
  expect(await scripts(files)).toMatchObject([{ sql: 'BEGIN; select 1; COMMIT;' }]);
  expect(await scripts(files, { unwrap: true })).toMatchObject([{ sql: '; select 1; ;', down: '; select 2; ;' }]);
});

it('takes out a COMMIT that ends a file without BEGIN, where they are to be taken out, as psql passes over it', async () => {
  const lone = { '1_a.sql': 'select 1;\ncommit;\n', '2_b.sql': 'select 2;\n-- done\nEND;\n-- of the file\n' };
  expect(await scripts(lone)).toMatchObject([{ sql: 'select 1; commit;' }, { sql: expect.stringContaining('END;') as string }]);
  expect(await scripts(lone, { unwrap: true })).toMatchObject([
    { sql: 'select 1; ;' },
    { sql: 'select 2; -- done ; -- of the file' },
  ]);
  const left = ['select 1; commit; select 2;', 'select 1; commit; commit;', 'select 1; rollback;', 'select 1; commit and chain;'];
  for (const sql of left) expect(await scripts({ '1_a.sql': sql }, { unwrap: true })).toMatchObject([{ sql }]);
});

it('pairs files by their number where their names differ', async () => {
  const files = { '30_add.up.sql': 'select 1;', '30_drop.down.sql': 'select 2;', '31_b.up.sql': 'select 3;' };
  expect(await scripts(files)).toMatchObject([{ version: '30', down: 'select 2;' }, { version: '31' }]);
});
