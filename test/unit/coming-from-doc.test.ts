import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseFormat, FORMATS } from '../../src/engine/files/formats.js';
import { LEGACY_TOOLS } from '../../src/engine/legacy/tools.js';

const doc = readFileSync(join(import.meta.dirname, '../../docs/coming-from.md'), 'utf8');
const rows = [...doc.matchAll(/^\| `([\w-]+)` \| .* \| (yes|no) \| (yes|no|) \|$/gm)].map(([, tool = '', read, adopted]) => ({
  tool,
  read: read === 'yes',
  adopted: adopted === 'yes',
}));

test('docs/coming-from.md names the tools whose tracker is adopted', () => {
  const adopted = rows.filter((row) => row.adopted).map(({ tool }) => tool);
  expect(adopted.sort()).toEqual(
    LEGACY_TOOLS.filter(({ refusal }) => refusal === undefined)
      .map(({ name }) => name)
      .sort(),
  );
});

test('docs/coming-from.md names the formats that are read', async () => {
  const listing = { directory: 'm', files: [], text: () => Promise.resolve(''), bytes: () => Promise.resolve(Buffer.of()) };
  for (const { tool } of rows.filter(({ read }) => read)) expect(await chooseFormat(listing, tool), tool).toBeDefined();
  const missing = FORMATS.filter(({ name }) => !rows.some(({ tool, read }) => tool === name && read));
  expect(missing.map(({ name }) => name)).toEqual([]);
});
