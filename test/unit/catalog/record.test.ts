import { expect, test } from 'vitest';
import type { Catalog } from '../../../src/catalog/catalog.js';
import { parseCatalog, recordCatalog } from '../../../src/catalog/record.js';

const catalog: Catalog = {
  server: 180004,
  objects: [
    { kind: 'table', identity: 'public."ß"', attributes: { owner: 'a', options: ['x', 'y'] } },
    { kind: 'column', identity: 'public."ß".id', parent: 'table public."ß"', attributes: { type: 'integer', default: null } },
  ],
};

test('a recorded schema reads back as it was, in one order', () => {
  const [table, column] = catalog.objects;
  const text = recordCatalog(catalog);
  expect(parseCatalog(text, 'schema.json')).toEqual({ server: 180004, objects: [column, table] });
  expect(recordCatalog({ server: 180004, objects: [column!, table!] })).toBe(text);
});

test.each(['{', '[]', 'null', '{"format": "other", "objects": []}'])('%s is refused, with the name of the file', (text) => {
  expect(() => parseCatalog(text, 'schema.json')).toThrow(
    expect.objectContaining({ code: 'CATALOG_UNREADABLE', message: expect.stringMatching(/^schema\.json /) as string }),
  );
});
