import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { databaseUrl, resolveTarget } from '../../../src/config/resolve.js';
import { configSchema } from '../../../src/config/schema.js';

const config = (...names: string[]) =>
  configSchema.parse({
    targets: Object.fromEntries(
      names.map((name) => [name, { database: { env: 'DB' }, ledger: { schema: name }, stages: [{ migrate: name }] }]),
    ),
  });
const target = config('orders').targets.orders!;
const url = (DB?: string): string => databaseUrl(target, { DB });
const parsed = (DB: string) => new pg.Client({ connectionString: url(DB) });

describe('resolveTarget', () => {
  it('takes the only one there is, or the named one', () => {
    expect(resolveTarget(undefined, config('orders'), {}).name).toBe('orders');
    expect(resolveTarget('billing', config('orders', 'billing'), {}).name).toBe('billing');
  });

  it('says which there are', () => {
    expect(() => resolveTarget(undefined, config('orders', 'billing'), {})).toThrow(
      /which target\?\n {2}targets: there are orders, billing/,
    );
    expect(() => resolveTarget('order', config('orders'), {})).toThrow(/there is no target "order"/);
    expect(() => resolveTarget('constructor', config('orders'), {})).toThrow(/there is no target/);
  });
});

describe('databaseUrl', () => {
  it('takes addresses as they are', () => {
    for (const text of ['postgres://u:p@h:5433/d?sslmode=require', 'postgresql://h/d', 'postgres://u@/d?host=/run/postgresql'])
      expect(url(text)).toBe(text);
  });

  it('turns the settings that libpq takes into an address that pg takes', () => {
    expect(parsed("host=db port=5433 dbname=orders user=me password='p@ss \\'word'")).toMatchObject({
      host: 'db',
      port: 5433,
      database: 'orders',
      user: 'me',
      password: "p@ss 'word",
    });
    expect(parsed('host=/run/postgresql dbname=orders user=me')).toMatchObject({ host: '/run/postgresql', database: 'orders' });
  });

  it.each([
    [undefined, 'DB: is not set'],
    ['  ', 'DB: is empty'],
    ['mysql://u:hunter2@h/d', 'DB: expected postgres://'],
    ['postgres://u:hunt#er2@h:port/d', 'DB: is not a valid address'],
    ['host=db password=hunter2 junk', 'DB: expected postgres://'],
  ])('refuses %s without showing it', (text, message) => {
    expect(() => url(text)).toThrow(message);
    expect(() => url(text)).not.toThrow(/hunter2/);
  });
});
