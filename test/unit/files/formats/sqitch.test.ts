import { describe, expect, it } from 'vitest';
import { discover, faultsOf, scripts } from '../../../support/migration-directory.js';

const WHO = '2024-01-01T00:00:00Z A <a@example.com>';
const PLAN = `%syntax-version=1.0.0
%project=p

# a note
users ${WHO} # Users.
 + roles [users !old] ${WHO} # With [brackets] # and more
@v1 ${WHO} # First.

orders/new [users@v1] ${WHO} # In a folder.
@v2 ${WHO} # Second.
users [users@v2] ${WHO} # Reworked.
`;

const FILES = {
  'sqitch.plan': PLAN,
  'deploy/users@v2.sql': '-- Deploy\n\nBEGIN;\ncreate table users ();\nCOMMIT;\n',
  'deploy/users.sql': 'create table users2 ();',
  'deploy/roles.sql': 'begin transaction; create table roles (); end;',
  'deploy/orders/new.sql': 'create table orders ();',
  'revert/roles.sql': 'BEGIN;\ndrop table roles;\nCOMMIT;',
  'verify/roles.sql': 'BEGIN; select 1; ROLLBACK;',
};

describe('Sqitch', () => {
  it('deploys in the order of the plan, in a transaction of ours; a reworked change counts twice', async () => {
    expect(await scripts(FILES)).toEqual([
      { version: 'users', name: 'users', sql: '-- Deploy ; create table users (); ;' },
      { version: 'roles', name: 'roles', sql: '; create table roles (); ;', down: '; drop table roles; ;' },
      { version: 'orders/new', name: 'orders/new', sql: 'create table orders ();' },
      { version: 'users#2', name: 'users#2', sql: 'create table users2 ();' },
    ]);
    const { migrations } = await discover(FILES);
    expect(migrations[0]!.sql.split('\n')[3]).toBe('create table users ();');
  });

  it('of several tags between, the latest one names the old script', async () => {
    const plan = `%project=p\n\na ${WHO}\n@v1 ${WHO}\nb ${WHO}\n@v2 ${WHO}\na [a@v2] ${WHO}`;
    const files = {
      'sqitch.plan': plan,
      'deploy/a@v1.sql': '-- one',
      'deploy/a@v2.sql': '-- two',
      'deploy/a.sql': '-- new',
      'deploy/b.sql': '',
    };
    expect(await scripts(files)).toMatchObject([{ sql: '-- two' }, { version: 'b' }, { version: 'a#2', sql: '-- new' }]);
  });

  it('a script that controls transactions in another way is left to be refused with its place', async () => {
    const files = { 'sqitch.plan': `%project=p\n\na ${WHO}`, 'deploy/a.sql': 'BEGIN; select 1; ROLLBACK; select 2;' };
    expect(await scripts(files)).toMatchObject([{ sql: 'BEGIN; select 1; ROLLBACK; select 2;' }]);
  });

  it('reads a project below its top_dir, with psql variables filled', async () => {
    const files = {
      'sqitch.conf': '',
      'db/sqitch.plan': `%project=p\n\na ${WHO}`,
      'db/deploy/a.sql': 'BEGIN; create schema :name; COMMIT;',
    };
    const { migrations, faults } = await discover(files, { placeholders: { name: 'app' } });
    expect(faults).toEqual([]);
    expect(migrations).toMatchObject([{ path: 'm/db/deploy/a.sql', sql: '     ; create schema app;       ;' }]);
  });

  it('tells what is missing or not understood', async () => {
    expect(await faultsOf({ 'sqitch.plan': `%project=p\n\na ${WHO}` })).toEqual([
      'FILES_FORMAT m/sqitch.plan:3: a has no script deploy/a.sql',
    ]);
    expect(await faultsOf({ 'sqitch.plan': `%project=p\n\n- a ${WHO}` })).toEqual([
      'FILES_FORMAT m/sqitch.plan:3: not an entry of a plan',
    ]);
    expect(await faultsOf({ 'a/sqitch.plan': '', 'b/sqitch.plan': '' })).toEqual([
      'FILES_FORMAT m: two plans, a/sqitch.plan and b/sqitch.plan',
    ]);
  });
});
