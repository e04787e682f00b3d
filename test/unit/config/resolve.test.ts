import { describe, expect, it } from 'vitest';
import { resolveTarget } from '../../../src/config/resolve.js';
import { configSchema } from '../../../src/config/schema.js';

const config = (...names: string[]) =>
  configSchema.parse({
    targets: Object.fromEntries(
      names.map((name) => [name, { database: { env: 'DB' }, ledger: { schema: name }, stages: [{ migrate: name }] }]),
    ),
  });
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
