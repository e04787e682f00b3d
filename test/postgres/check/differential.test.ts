import { beforeAll, describe, expect, it } from 'vitest';
import { checkMigrations } from '../../../src/check/check.js';
import { loadGrammar } from '../../../src/engine/files/statements.js';
import { migrationOf, withShop } from '../../support/check.js';
import { disagreements } from '../../support/disagreements.js';

beforeAll(loadGrammar);

const check = (sql: string, setup = '') =>
  withShop(async (client, url) => {
    await client.query(setup);
    const stages = [{ kind: 'migrate' as const, name: 'schema', migrations: [migrationOf(sql)] }];
    return disagreements(sql, (await checkMigrations({ url, stages })).migrations[0]!);
  });

describe('the rules agree with what PostgreSQL does', () => {
  it('about every new column', async () => {
    const defaults = [
      ...[
        '',
        'default null',
        "default 'x'",
        'default fixed_code()',
        'default random_code()',
        'default upper(fixed_code())',
        'default now()::text',
      ],
      ...[
        'default current_user',
        'default clock_timestamp()::text',
        'default timeofday()',
        "default to_char(now(), 'YYYY')",
        'default md5(random()::text)',
      ],
      ...[
        "default gen_random_uuid()::text || 'x'",
        "not null default 'x'",
        'check (length(c) > 0)',
        "default 'x' check (length(c) > 0)",
        "default 'x' unique",
      ],
      ...[
        'generated always as (code || code) stored',
        'collate "C"',
        "default (case when now() > '2020-01-01' then 'a' else 'b' end)",
        'unique',
        'primary key',
      ],
    ];
    for (const text of defaults) {
      const sql = `alter table orders ${text === 'primary key' ? 'drop constraint orders_pkey, ' : ''}add column c text ${text};`;
      expect(await check(sql)).toEqual([]);
    }
  });

  it('about several commands in one statement', async () => {
    const statements = [
      'alter table orders add column a int default 0, alter column a set not null',
      'alter table orders add column a int, add column b uuid default gen_random_uuid(), alter column code set not null',
      'alter table orders drop column code, add column code text',
      'alter table orders alter column quantity type bigint, alter column code type varchar(500)',
      "alter table orders add check (code <> '') not valid, add check (reference <> '')",
      'alter table orders add unique (code), add foreign key (customer_id) references customers not valid',
      'alter table addresses drop constraint addresses_pkey, add column new_id bigint, add primary key (id)',
      'alter table events add column note text default now()::text',
      'alter table events alter column kind set not null',
      "alter table events add check (kind <> '')",
      'alter table only events add column x int',
      'alter table if exists nowhere add column x int default random()',
      'alter table orders add column if not exists code text default random_code()',
      'alter table orders alter column code drop default, alter column code set storage plain',
      'alter table audit alter column id drop identity, alter column id set default 0',
      'alter table orders replica identity full',
      'alter table orders inherit orders_parent',
      'alter table orders disable trigger user',
      'alter table orders alter constraint orders_x deferrable',
    ];
    for (const statement of statements) expect(await check(`${statement};`)).toEqual([]);
  });
});
