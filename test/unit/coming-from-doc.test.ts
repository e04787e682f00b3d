import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseFormat, FORMATS } from '../../src/engine/files/formats.js';
import { LEGACY_TOOLS } from '../../src/engine/legacy/tools.js';

const root = join(import.meta.dirname, '../..');
const doc = readFileSync(join(root, 'docs/coming-from.md'), 'utf8');
const rows = doc
  .split('\n')
  .filter((line) => /^\| `[\w-]+` \|.*\| (yes|no) \|/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, tool = '', , read, adopted, lock = '', dirty = '', mirror, proven]) => ({
    tool: tool.replaceAll('`', ''),
    read: read === 'yes',
    adopted: adopted === 'yes',
    lock: lock.replaceAll('`', ''),
    dirty,
    mirror: mirror === 'yes',
    proven,
  }));

test('docs/coming-from.md names the tools whose tracker is adopted', () => {
  const adopted = rows.filter((row) => row.adopted).map(({ tool }) => tool);
  expect(adopted.sort(), 'rows of the first table of docs/coming-from.md that say "yes" under "adopted"').toEqual(
    LEGACY_TOOLS.filter(({ refusal }) => refusal === undefined)
      .map(({ name }) => name)
      .sort(),
  );
});

test('docs/coming-from.md says of each tool which lock is held, what is refused, and whether it is mirrored', () => {
  for (const { tool, adopted, lock, dirty, mirror } of rows.filter((row) => row.adopted)) {
    const { lockName, ...known } = LEGACY_TOOLS.find(({ name }) => name === tool)!;
    const marks =
      readFileSync(join(root, `src/engine/legacy/${tool}.ts`), 'utf8').match(/from '\.\/(dirty|hasura)\.js'/) !== null;
    expect({ adopted, lock, mirror, dirty: dirty !== '' }, `the row of ${tool} in docs/coming-from.md`).toEqual({
      adopted: true,
      lock: lockName ?? 'none of its own: the table',
      mirror: typeof known.mirror === 'object',
      dirty: marks,
    });
  }
});

test('docs/coming-from.md names the version of each tool that was run', () => {
  for (const { tool, proven } of rows.filter((row) => row.adopted)) {
    const recorded = join(root, 'test/legacy/recorded', tool, 'tracker.sql');
    const ran = existsSync(recorded) ? readFileSync(recorded, 'utf8').split('\n')[0] : undefined;
    expect(`-- ${tool} ${proven}`, `the row of ${tool} in docs/coming-from.md, under "proven by"`).toBe(
      ran ?? `-- ${tool} its documented table only`,
    );
  }
});

test('docs/coming-from.md names the formats that are read', async () => {
  const listing = {
    directory: 'm',
    location: '/',
    files: [],
    folders: [],
    odd: [],
    text: () => Promise.resolve(''),
    bytes: () => Promise.resolve(Buffer.of()),
  };
  for (const { tool } of rows.filter(({ read }) => read)) expect(await chooseFormat(listing, tool), tool).toBeDefined();
  const missing = FORMATS.filter(({ name }) => !rows.some(({ tool, read }) => tool === name && read));
  expect(
    missing.map(({ name }) => name),
    'formats without a row in the first table of docs/coming-from.md that says "yes" under "read"',
  ).toEqual([]);
});
