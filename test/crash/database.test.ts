import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { startAttempt } from '../support/attempt.js';
import { createCrashDeploy, effect, EFFECTS, type CrashDeploy } from '../support/crash-deploy.js';
import { expectInvariants } from '../support/invariants.js';
import { waitFor } from '../support/wait.js';

let deploy: CrashDeploy;
const clients: pg.Client[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
  await deploy?.end();
});

/** A session of the application, in a transaction. */
async function application(...sql: string[]): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: deploy.database.url, application_name: 'shop' });
  clients.push(client);
  await client.connect();
  await client.query('begin');
  for (const statement of sql) await client.query(statement);
  return client;
}

const SHOP = `${EFFECTS[1]} create table items (id int primary key, kind int); insert into items select n, n % 7 from generate_series(1, 1000) n;
  create table other (id int primary key); insert into other values (1);`;
const FIRST = [EFFECTS[0], SHOP] as const;
const DONE = { versions: ['1', '2', '3'], effects: ['1', '2', '3'] };

async function prepared(second: string, settings = {}): Promise<void> {
  deploy = await createCrashDeploy([FIRST, effect(2, second), effect(3)], settings);
  await deploy.start({ at: 'after-transaction#1' }).ended();
}

describe('locks and other sessions', () => {
  it('P5 a long reader holds the lock: retried, the blocker named, the application not queued for longer than lock_timeout', async () => {
    // Long enough for a look at who blocks on a busy machine.
    await prepared('alter table items add column note text;', { lockTimeout: 3_000 });
    const reader = await application('select from items limit 1');
    const failed = await deploy.start().ended();
    expect(failed).toMatchObject({ kind: 'failed', code: 'LOCK_TIMEOUT', verdict: 'retry' });
    expect(failed).toHaveProperty(
      'message',
      expect.stringMatching(/blocked by session \d+ \(shop, user postgres, idle in transaction/),
    );
    // Nothing of ours waits for the lock now, so a new reader gets through at once.
    await deploy.database.query(`set statement_timeout = '2s'; select count(*) from items`);
    await reader.query('rollback');
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
  });

  it('P5 abortIfBlocking: a migration that makes too many wait is cancelled, and tried again', async () => {
    await prepared('lock table items; select pg_sleep(case when (select count(*) from waits) = 0 then 60 else 0 end);', {
      abortIfBlocking: { sessions: 2, milliseconds: 300 },
    });
    await deploy.database.query('create table waits (id int)');
    const first = deploy.start();
    await waitFor(() => deploy.runs('%pg_sleep(case%'), { what: 'the migration' });
    const queued = [application('select from items limit 1'), application('select from items limit 1')];
    expect(await first.ended()).toMatchObject({ kind: 'failed', code: 'BLOCKING_OTHERS', verdict: 'retry' });
    for (const client of await Promise.all(queued)) await client.query('rollback');
    await deploy.database.query('insert into waits values (1)');
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
  });

  it('P6 a deadlock with the application: whichever side loses, the migration is applied once', async () => {
    await prepared('update other set id = 2 where id = 1; select pg_sleep(1); update items set kind = 8 where id = 1;', {
      lockTimeout: 10_000,
    });
    const client = await application('update items set kind = 9 where id = 1');
    const first = deploy.start();
    await waitFor(() => deploy.runs('%pg_sleep(1)%'), { what: 'the migration' });
    const lost = await client.query('update other set id = 3 where id = 1').then(
      () => undefined,
      (error: unknown) => error,
    );
    await client.query('rollback');
    const end = await first.ended();
    if (lost) expect(lost).toMatchObject({ code: '40P01' });
    else expect(end).toMatchObject({ kind: 'failed', verdict: 'retry' });
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
    expect(await deploy.database.query('select kind from items where id = 1')).toEqual([{ kind: 8 }]);
  });
});

describe('hands on the ledger', () => {
  it('P7 a row of the applied set is deleted by hand in mid-deploy: noticed, its file is not run blindly over what is there', async () => {
    await prepared('select pg_sleep(1);');
    const first = deploy.start();
    await waitFor(() => deploy.runs('%pg_sleep(1)%'), { what: 'the migration' });
    await deploy.database.query(`delete from pawl.applied_migrations where version = '1'`);
    expect(await first.ended()).toMatchObject({ kind: 'failed', verdict: 'blocked' });
    const effects = await deploy.database.query<{ version: number }>('select version from effects order by id');
    expect(effects.filter(({ version }) => version === 1)).toHaveLength(1);
  });

  it('P7 the checksum of an applied row is edited: refused before anything is touched', async () => {
    await prepared('select 1;');
    await deploy.database.query(
      `update pawl.applied_migrations set checksum = 'edited', statements_checksum = 'edited', epoch = null where version = '1'`,
    );
    expect(await deploy.start().ended()).toMatchObject({ kind: 'failed', code: 'LEDGER_EDITED', verdict: 'refused' });
    expect(await deploy.database.query('select version from effects')).toEqual([{ version: 1 }]);
  });

  it('P7 the lease is moved on by hand: fenced', async () => {
    await prepared('select pg_sleep(1);');
    const first = deploy.start();
    await waitFor(() => deploy.runs('%pg_sleep(1)%'), { what: 'the migration' });
    await deploy.database.query(`update pawl.lease set epoch = epoch + 1, deploy_id = 'somebody'`);
    expect(await first.ended()).toMatchObject({ kind: 'failed', code: 'LEASE_FENCED' });
    expect(await deploy.database.query('select version from effects')).toEqual([{ version: 1 }]);
  });

  it('P7 a table of the ledger is dropped in mid-deploy: blocked, nothing applied without a row', async () => {
    await prepared('select pg_sleep(1);');
    const first = deploy.start();
    await waitFor(() => deploy.runs('%pg_sleep(1)%'), { what: 'the migration' });
    await deploy.database.query('drop table pawl.applied_migrations');
    expect(await first.ended()).toMatchObject({ kind: 'failed', verdict: 'blocked' });
    expect(await deploy.start().ended()).toMatchObject({ kind: 'failed', code: 'LEDGER_DAMAGED', verdict: 'blocked' });
    expect(await deploy.database.query('select version from effects')).toEqual([{ version: 1 }]);
  });
});

describe('data and bodies', () => {
  it('P8 a unique index on duplicates: blocked, no INVALID index left, goes on when the data is right', async () => {
    deploy = await createCrashDeploy([FIRST, ['2', 'create unique index concurrently items_kind on items (kind);'], effect(3)]);
    expect(await deploy.start().ended()).toMatchObject({ kind: 'failed', code: 'SQL_FAILED', verdict: 'blocked' });
    expect(await deploy.database.query('select from pg_index where not indisvalid')).toEqual([]);
    await deploy.database.query('update items set kind = id');
    await deploy.finish();
    await expectInvariants(deploy.database, { versions: ['1', '2', '3'], effects: ['1', '3'] });
  });

  it.each([
    ['CHECK', 'alter table items add constraint c check (kind > 0);', 'update items set kind = 1'],
    [
      'FOREIGN KEY',
      'alter table items add constraint f foreign key (kind) references other (id);',
      'delete from items where kind <> 1',
    ],
    [
      'NOT NULL',
      'insert into items values (0, null); alter table items alter kind set not null;',
      'alter table items alter kind set default 1; create function one() returns trigger language plpgsql as $$ begin new.kind = 1; return new; end $$; create trigger one before insert on items for each row execute function one()',
    ],
  ])('P8 %s is violated: blocked with nothing left, goes on when the data is right', async (_kind, sql, cure) => {
    await prepared(sql);
    expect(await deploy.start().ended()).toMatchObject({ kind: 'failed', code: 'SQL_FAILED', verdict: 'blocked' });
    expect(await deploy.database.query('select version from effects')).toEqual([{ version: 1 }]);
    await deploy.database.query(cure);
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
  });

  it('P9 a deferred constraint fails: found before COMMIT, at the migration that broke it', async () => {
    await prepared('create table refs (o int references other deferrable initially deferred); insert into refs values (7);');
    expect(await deploy.start().ended()).toMatchObject({
      kind: 'failed',
      verdict: 'blocked',
      message: expect.stringMatching(/^m\/2\.sql.*23503/s) as unknown,
    });
    await deploy.database.query('insert into other values (7)');
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
  });

  it.each([
    ['COMMIT', 'commit; select 1;', 'SQL_TRANSACTION_CONTROL'],
    ['ROLLBACK', 'rollback;', 'SQL_TRANSACTION_CONTROL'],
    ['COMMIT AND CHAIN', 'commit and chain;', 'SQL_TRANSACTION_CONTROL'],
    ['DISCARD ALL', 'discard all;', 'SQL_SESSION_BREAKING'],
    ['pg_advisory_unlock_all()', 'select pg_advisory_unlock_all();', 'SQL_SESSION_BREAKING'],
  ])('P10 a body with %s: refused before anything runs', async (_what, sql, code) => {
    deploy = await createCrashDeploy([FIRST, effect(2, sql)]);
    expect(await deploy.start().ended()).toMatchObject({ kind: 'failed', code, verdict: 'refused' });
    expect(await deploy.database.query(`select to_regclass('effects') as effects`)).toEqual([{ effects: null }]);
  });

  it.each([
    ['commits from a DO block', `do $$ begin commit; end $$;`, /2D000/],
    ['unlocks in hiding', `do $$ begin execute 'select pg_advisory_' || 'unlock_all()'; end $$;`, /no longer holds the lock/],
  ])('P10 a body that %s: stopped before its row, nothing stays', async (_what, sql, message) => {
    await prepared(sql);
    expect(await deploy.start().ended()).toMatchObject({ kind: 'failed', message: expect.stringMatching(message) as unknown });
    expect(await deploy.database.query('select version from effects')).toEqual([{ version: 1 }]);
  });

  it('P10 a body that changes role and search_path: our row is written as ourselves, the next migration starts fresh', async () => {
    await prepared(`set role pg_monitor; reset role; set search_path = pg_catalog;`);
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
  });
});

describe('a server that refuses', () => {
  it('P2 too many connections (53300): retried until there is room', async () => {
    const role = `crash_${Date.now()}`;
    await prepared('select 1;');
    const url = new URL(deploy.database.url);
    await deploy.database.query(
      `alter database ${deploy.database.name} connection limit 0; create role ${role} login password 'x'`,
    );
    url.username = role;
    url.password = 'x';
    expect(await startAttempt({ ...deploy.order, url: url.href }).ended()).toMatchObject({
      kind: 'failed',
      code: 'CONNECT_FAILED',
      verdict: 'retry',
    });
    await deploy.database.query(`alter database ${deploy.database.name} connection limit -1`);
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
    await deploy.database.query(`drop role ${role}`);
  });

  it('P2 a default of the database that only allows reading (25006): set aside', async () => {
    await prepared('select 1;');
    await deploy.database.query(`alter database ${deploy.database.name} set default_transaction_read_only = on`);
    await deploy.finish();
    await deploy.database.query(
      `begin read write; alter database ${deploy.database.name} reset default_transaction_read_only; commit`,
    );
    await expectInvariants(deploy.database, DONE);
  });

  // /dev/full answers each write as a full disk does: this is the server's own 53100.
  it.each([
    ['disk full (53100)', `copy (select 1) to '/dev/full'`, 'blocked'],
    ['out of memory (53200)', `raise exception using errcode = '53200'`, 'retry'],
  ])('P2 %s in mid-migration: nothing half done', async (_what, fails, verdict) => {
    await prepared(`do $$ begin if (select count(*) from waits) = 0 then ${fails}; end if; end $$;`);
    await deploy.database.query('create table waits (id int)');
    expect(await deploy.start().ended()).toMatchObject({ kind: 'failed', code: 'SQL_FAILED', verdict });
    expect(await deploy.database.query('select version from effects')).toEqual([{ version: 1 }]);
    await deploy.database.query('insert into waits values (1)');
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
  });

  it('P2 disk full (53100) in mid CREATE INDEX CONCURRENTLY: blocked, no INVALID index stays', async () => {
    const fills = `create function write_out() returns void language plpgsql as $$ begin
        if to_regclass('public.room') is null then copy (select 1) to '/dev/full'; end if; end $$;
      create function fills(kind int) returns int immutable language plpgsql as $$ begin perform public.write_out(); return kind; end $$;`;
    deploy = await createCrashDeploy([
      [EFFECTS[0], SHOP + fills],
      ['2', 'create index concurrently items_kind on items (public.fills(kind));'],
      effect(3),
    ]);
    expect(await deploy.start().ended()).toMatchObject({ kind: 'failed', code: 'SQL_FAILED', verdict: 'blocked' });
    expect(await deploy.database.query('select from pg_index where not indisvalid')).toEqual([]);
    await deploy.database.query('create table room ()');
    await deploy.finish();
    await expectInvariants(deploy.database, { versions: ['1', '2', '3'], effects: ['1', '3'] });
  });
});
