import { expectTypeOf, it } from 'vitest';
import type { ConfigInput } from '../../../src/config/input.js';
import type { StageInput } from '../../../src/config/input-parts.js';
import { defineConfig } from '../../../src/config/define.js';

it('types refuse two kinds in one stage, durations in words and unknown keys, and know the tools', () => {
  expectTypeOf<{ migrate: string }>().toExtend<StageInput>();
  expectTypeOf<{ migrate: string; assert: string }>().not.toExtend<StageInput>();
  const stages = [{ migrate: 'm' }] as const;
  defineConfig({ targets: { a: { database: { env: 'DB' }, lockTimeout: '3s', stages } } });
  // @ts-expect-error a duration in words
  defineConfig({ targets: { a: { database: { env: 'DB' }, lockTimeout: '3 seconds', stages } } });
  // @ts-expect-error an unknown key
  defineConfig({ targets: { a: { database: { env: 'DB' }, lockTimout: '3s', stages } } });
  // @ts-expect-error a tool that is not known
  defineConfig({ targets: { a: { database: { env: 'DB' }, adopt: { from: 'flyweight' }, stages } } });
  expectTypeOf<{ $schema: string }>().toExtend<ConfigInput>();
});
