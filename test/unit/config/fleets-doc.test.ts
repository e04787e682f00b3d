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
}

const doc = readFileSync(join(import.meta.dirname, '../../../docs/fleets.md'), 'utf8');
const rows = [...doc.matchAll(/^\| `([\w.]+)` \|/gm)].map((row) => row[1]!);
const config = z.toJSONSchema(configSchema, { io: 'input' }) as unknown as Shape;
const own = (name: string): Shape => config.properties![name]!.additionalProperties as Shape;

/** Every key below a setting, as its dotted path; a value from the environment is one setting. */
function keys(shape: Shape, path: string): string[] {
  const parts = [...(shape.anyOf ?? []), ...(shape.items ? [shape.items] : [])].filter((part) => part.properties || part.anyOf);
  if (parts.length > 0) return parts.flatMap((part) => keys(part, path));
  const properties = Object.entries(shape.properties ?? {});
  if (properties.length === 0 || path.endsWith('.database')) return [path];
  return properties.flatMap(([key, property]) => keys(property, `${path}.${key}`));
}

test('docs/fleets.md has every setting that a target does not have, and no other', () => {
  const common = Object.keys(own('targets').properties!).filter((key) => key !== 'database' && key !== 'ledger');
  const settings = Object.entries(own('fleets').properties!).filter(([key]) => !common.includes(key));
  const known = settings.flatMap(([key, shape]) => keys(shape, key));
  expect(rows.toSorted()).toEqual([...new Set(known)].toSorted());
});
