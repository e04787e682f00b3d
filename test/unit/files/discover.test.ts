import { afterEach, describe, expect, it } from 'vitest';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findCollisions } from '../../../src/engine/files/collisions.js';
import { discoverMigrations } from '../../../src/engine/files/discover.js';
import { releaseDigest } from '../../../src/engine/files/digest.js';

let root: string;
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(files: Record<string, string | Buffer>): void {
  root = mkdtempSync(join(tmpdir(), 'pawl-files-'));
  mkdirSync(join(root, 'm'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, 'm', name)), { recursive: true });
    writeFileSync(join(root, 'm', name), text);
  }
}

const discover = (format?: string) => discoverMigrations({ directory: 'm', format }, root);

describe('plain files', () => {
  it('are read in the order of their numbers, whatever their width', async () => {
    write({
      '10_j.sql': '',
      '9_i.sql': '',
      '000001.sql': '',
      '1.2_x.sql': '',
      '1.10-y.sql': '',
      '20240101000000_t.sql': '',
      'README.md': '',
      '.9_hidden.sql': '',
      '9_i.sql~': '',
      'node_modules/x/1_a.sql': '',
    });
    const { migrations, faults } = await discover();
    expect(faults).toEqual([]);
    expect(migrations.map(({ version, name }) => `${version} ${name}`)).toEqual([
      '1 000001.sql',
      '1.2 1.2_x.sql',
      '1.10 1.10-y.sql',
      '9 9_i.sql',
      '10 10_j.sql',
      '20240101000000 20240101000000_t.sql',
    ]);
  });

  it('bring their down file along', async () => {
    write({ '1_a.up.sql': 'create table a ();', '1_a.down.sql': 'drop table a;', '2_b.sql': '' });
    const { migrations, faults } = await discover();
    expect(faults).toEqual([]);
    expect(migrations.map(({ down }) => down)).toEqual([{ path: 'm/1_a.down.sql', sql: 'drop table a;' }, undefined]);
  });

  it('bring one of another name along that is the only one of their version', async () => {
    write({ '30_add_x.up.sql': '', '30_drop_x.down.sql': '', '31_y.up.sql': '', '31_y.down.sql': '', '31_z.down.sql': '' });
    const { migrations, faults } = await discover();
    expect(migrations.map(({ down }) => down?.path)).toEqual(['m/30_drop_x.down.sql', 'm/31_y.down.sql']);
    expect(faults.map(({ message }) => message)).toEqual(['m/31_z.down.sql: a down file without its up file']);
  });

  it('tell all that is wrong with a directory at once, each by its name', async () => {
    write({
      'init.sql': '',
      '3_x.go': '',
      '4_y.down.sql': '',
      'sub/5_z.sql': '',
      '7_nul.sql': 'select 1;\n\0',
      '6_latin.sql': Buffer.from('-- a\nselect \xe9', 'latin1'),
    });
    expect((await discover()).faults.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'FILES_NOT_UTF8 m/6_latin.sql:2: the file is not UTF-8',
      'FILES_NOT_UTF8 m/7_nul.sql:2: the file holds a NUL byte, which no SQL can',
      'FILES_BAD_NAME m/4_y.down.sql: a down file without its up file',
      'FILES_UNSUPPORTED m/3_x.go: a migration in go, and Pawl runs SQL',
      'FILES_BAD_NAME m/init.sql: the name does not begin with a version',
      'FILES_BAD_NAME m/sub/5_z.sql: a migration in a subdirectory',
    ]);
  });

  it('an empty directory is no fault, a missing one is', async () => {
    write({});
    expect(await discover()).toEqual({ migrations: [], faults: [], warnings: [] });
    rmSync(join(root, 'm'), { recursive: true });
    expect((await discover()).faults[0]).toMatchObject({
      code: 'FILES_MISSING_DIRECTORY',
      message: expect.stringMatching(/the directory m does not exist/) as string,
    });
  });

  it('a BOM and CRLF change neither the SQL that runs nor the checksum', async () => {
    write({ '1_a.sql': '\uFEFFselect 1;\r\n', '2_b.sql': 'select 1;\n' });
    const { migrations } = await discover();
    expect(migrations[0]!.sql.charCodeAt(0)).toBe('s'.charCodeAt(0));
    expect(migrations[0]!.checksum).toBe(migrations[1]!.checksum);
  });

  it('carry directives; one that is not known is a fault that names those that are', async () => {
    write({ '1_a.sql': '-- pawl:no-transaction\nselect 1;', '2_b.sql': '-- pawl:alow IX001 why\nselect 1;' });
    const { migrations, faults } = await discover();
    expect(migrations[0]).toMatchObject({ transaction: 'none', directives: [{ name: 'no-transaction', argument: '', line: 1 }] });
    expect(faults[0]).toMatchObject({
      code: 'FILES_DIRECTIVE',
      place: { line: 1 },
      next: expect.stringMatching(/pawl:allow/) as string,
    });
  });

  it('have their placeholders filled, and nothing that only looks like one', async () => {
    write({
      '1_a.sql': `create table :APP.a (at text default '12:APPLE'); select '1'::APP, '2':::APP.t, '\${APP}', '\${OTHER}';`,
    });
    const { migrations } = await discoverMigrations({ directory: 'm', placeholders: { APP: 'app' } }, root);
    expect(migrations[0]!.sql).toBe(
      `create table app.a (at text default '12:APPLE'); select '1'::APP, '2'::app.t, 'app', '\${OTHER}';`,
    );
  });

  it('a format that is not known is refused by name', async () => {
    write({});
    expect((await discover('gose')).faults[0]).toMatchObject({
      code: 'FILES_UNSUPPORTED',
      message: expect.stringMatching(/no format "gose"/) as string,
    });
  });
});

describe('findCollisions', () => {
  it('names both files of one version', async () => {
    write({ '000103_a.sql': '', '103_b.sql': '', '104_c.sql': '' });
    const { migrations } = await discover();
    expect(findCollisions(migrations).map(({ message }) => message)).toEqual([
      'version 103 is there twice: m/000103_a.sql and m/103_b.sql',
    ]);
  });
});

describe('releaseDigest', () => {
  it('depends on stages, paths and contents only', () => {
    const files = [
      { path: 'm/1.sql', checksum: 'a' },
      { path: 'm/2.sql', checksum: 'b' },
    ];
    const digest = releaseDigest([{ migrate: { directory: 'm', late: 'fail' } }], files);
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
    expect(releaseDigest([{ migrate: { late: 'fail', directory: 'm' } }], [...files].reverse())).toBe(digest);
    expect(releaseDigest([{ migrate: { directory: 'm', late: 'warn' } }], files)).not.toBe(digest);
    expect(releaseDigest([{ migrate: { directory: 'm', late: 'fail' } }], files.slice(1))).not.toBe(digest);
  });
});
