import { expect, it } from 'vitest';
import type { ConfigError } from '../../../src/config/config-error.js';
import { configSchema } from '../../../src/config/schema.js';
import { refuseUnusableVariables } from '../../../src/config/unusable-variables.js';

const target = configSchema.parse({
  targets: {
    orders: {
      database: { env: 'DB' },
      notify: [{ on: ['done'], slack: { env: 'SLACK' } }],
      stages: [
        { migrate: 'm' },
        { exec: { name: 'tool', command: ['true'], environment: { TOKEN: { env: 'TOOL_TOKEN' } } } },
        { signal: [{ webhook: { url: { env: 'HOOK' }, headers: { 'x-token': { env: 'HOOK_TOKEN' } } } }] },
      ],
    },
  },
}).targets.orders!;

const good = { SLACK: 'https://hooks.example/slack', TOOL_TOKEN: '', HOOK: 'https://hooks.example/x', HOOK_TOKEN: 'hunter2' };

it('usable variables are taken', () => {
  expect(() => refuseUnusableVariables(target, good)).not.toThrow();
});

it.each<[string, Record<string, string | undefined>, string, RegExp]>([
  ['a program lacks one', { TOOL_TOKEN: undefined }, 'TOOL_TOKEN', /not set; the stage tool reads it/],
  ['the address of Slack is none', { SLACK: 'hunter2' }, 'SLACK', /no http/],
  ['an address is not set', { HOOK: undefined }, 'HOOK', /not set/],
  ['an address is empty', { HOOK: ' ' }, 'HOOK', /empty/],
  ['an address has no scheme', { HOOK: 'hooks.hunter2/x' }, 'HOOK', /no http/],
  ['an address is a file', { HOOK: 'file:///etc/hunter2' }, 'HOOK', /no http/],
  ['an address holds a password', { HOOK: 'https://me:hunter2@hooks.example' }, 'HOOK', /give them in a header/],
  ['a header has two lines', { HOOK_TOKEN: 'hunter2\nx-evil: 1' }, 'HOOK_TOKEN', /one line/],
  ['a header is no Latin', { HOOK_TOKEN: 'hunter2 ☃' }, 'HOOK_TOKEN', /one line/],
])('refused, and the value is not shown: %s', (_, change, path, message) => {
  let error: ConfigError | undefined;
  try {
    refuseUnusableVariables(target, { ...good, ...change });
  } catch (thrown) {
    error = thrown as ConfigError;
  }
  expect(error?.faults).toEqual([{ path, message: expect.stringMatching(message) as string }]);
  expect(String(error)).not.toContain('hunter2');
});

it('all are told at once', () => {
  expect(() => refuseUnusableVariables(target, {})).toThrow(/TOOL_TOKEN[^]*HOOK: is not set[^]*HOOK_TOKEN[^]*SLACK: is not set/);
});
