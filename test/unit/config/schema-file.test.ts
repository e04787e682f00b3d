import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { z } from 'zod';
import type { ConfigInput } from '../../../src/config/input.js';
import { configSchema } from '../../../src/config/schema.js';
import { configTypes } from '../../support/config-types.js';
import { describedSchema, undescribed } from '../../support/config-schema.js';
import { FAULTY } from '../../support/faulty-configs.js';

const ROOT = join(import.meta.dirname, '../../..');
const schema = describedSchema();
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

it('schema.json and the types of defineConfig say what the configuration takes; `npm test -- test/unit/config/schema-file.test.ts -u` writes them', async () => {
  const options = { printWidth: 128, singleQuote: true, trailingComma: 'all' as const };
  await expect(await format(JSON.stringify(schema), { ...options, parser: 'json' })).toMatchFileSnapshot('../../../schema.json');
  const { input, parts } = configTypes(schema);
  const typescript = { ...options, parser: 'typescript' };
  await expect(await format(input, typescript)).toMatchFileSnapshot('../../../src/config/input.ts');
  await expect(await format(parts, typescript)).toMatchFileSnapshot('../../../src/config/input-parts.ts');
  expect(`${input}${parts}`).not.toMatch(/\bunknown\b/);
  // What the types allow, the check allows.
  const assignable = (input: ConfigInput): z.input<typeof configSchema> => input as z.input<typeof configSchema>;
  expect(assignable({})).toEqual({});
});

it('describes every key', () => {
  expect(undescribed(schema)).toEqual([]);
});

it('takes every example of the repository and of the pages', () => {
  const blocks = (page: string): string[] =>
    [...readFileSync(join(ROOT, 'docs', page), 'utf8').matchAll(/^```yaml\n(targets:\n[\s\S]*?)^```/gm)].map(
      (match) => match[1]!,
    );
  const texts = [
    ...['constraints', 'squash', 'retire', 'fleet'].map((name) =>
      readFileSync(join(ROOT, 'examples', name, 'pawl.config.yaml'), 'utf8'),
    ),
    ...[
      'configuration.md',
      'environments.md',
      'coming-from.md',
      'owners.md',
      'managed-servers.md',
      'fleets.md',
      'operating.md',
    ].flatMap(blocks),
  ];
  expect(texts.length).toBeGreaterThan(3);
  for (const text of texts) {
    validate(parse(text));
    expect(validate.errors, text).toBeNull();
  }
});

it.each(FAULTY)('refuses, as Pawl does: %s', (_, config) => {
  expect(configSchema.safeParse(config).success).toBe(false);
  expect(validate(config)).toBe(false);
});
