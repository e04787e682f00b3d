import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { configSchema } from '../../../src/config/schema.js';

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly additionalProperties?: Shape | false;
  readonly default?: unknown;
}

/** Each setting of a shape with its default; a value from the environment is one setting. */
function settings(shape: Shape, path = ''): [path: string, fallback: unknown][] {
  const parts = [...(shape.anyOf ?? []), ...(shape.items?.anyOf ?? [])];
  if (parts.length > 0) return [[path, shape.default], ...parts.flatMap((part) => settings(part, path))];
  const properties = Object.entries(shape.properties ?? {});
  if (properties.length === 0 || (properties.length === 1 && properties[0]![0] === 'env')) return [[path, shape.default]];
  return properties.flatMap(([key, property]) => {
    // The name of a stage, unless a setting of the target has it.
    const isNamedAlone = path === '' || (path === 'stages' && key !== 'backfill');
    return settings(property, isNamedAlone ? key : `${path}.${key}`);
  });
}

const doc = readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8');
const rows = new Map([...doc.matchAll(/^\| `([\w.]+)` \| (.*?) \| .* \|$/gm)].map((row) => [row[1]!, row[2]!]));
const config = z.toJSONSchema(configSchema, { io: 'input' }) as unknown as Shape;
const target = config.properties!['targets']!.additionalProperties as Shape;
const known = new Map(settings(target));

test('docs/configuration.md has every setting with its default', () => {
  expect(known.size).toBeGreaterThan(30);
  expect([...known.keys()].filter((path) => !rows.has(path))).toEqual([]);
  for (const [path, fallback] of known) {
    if (fallback === undefined) continue;
    const shown = typeof fallback === 'string' ? fallback : JSON.stringify(fallback);
    expect(rows.get(path), path).toBe(`\`${shown}\``);
  }
});

test('docs/configuration.md has no setting that is not there', () => {
  const environment = [...rows.keys()].filter((path) => /^[A-Z_]+$/.test(path));
  expect([...rows.keys()].filter((path) => !known.has(path) && !environment.includes(path))).toEqual([]);
});
