import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const DECLARATIONS = [
  'src/engine/error.ts',
  'src/temporal/temporal-error.ts',
  'src/cli/cli-error.ts',
  'src/client/client-error.ts',
];
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((path) => join('src', path))
  .filter((path) => path.endsWith('.ts') && !DECLARATIONS.includes(path))
  .map(read);

/** The unions that declare codes, and the codes of findings, faults and documents, which are written as they are. */
const codes = new Set([
  ...DECLARATIONS.flatMap((path) => all(read(path), /'([A-Z]+(?:_[A-Z]+)*)'/g)),
  ...sources.flatMap((source) => all(source, /\bcode: '([A-Z_]+)'/g)),
]);

const [body = '', reserved = ''] = read('docs/errors.md').split('\n## Reserved\n');
const documented = all(body, /^\| `([A-Z_]+)` \|/gm);

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1]!);
}

test('docs/errors.md has every code', () => {
  expect(codes).toContain('OUTCOME_UNKNOWN');
  const known = [...documented, ...all(reserved, /`([A-Z_]+)`/g)];
  expect([...codes].filter((code) => !known.includes(code))).toEqual([]);
});

test('docs/errors.md has each code once, and none that Pawl does not have', () => {
  expect(new Set(documented).size).toBe(documented.length);
  expect(documented.filter((code) => !codes.has(code))).toEqual([]);
});

test('a reserved code is raised nowhere', () => {
  expect(all(reserved, /`([A-Z_]+)`/g).filter((code) => sources.some((source) => source.includes(`'${code}'`)))).toEqual([]);
});
