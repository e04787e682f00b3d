import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { privateDirectory, writePrivate } from '../../../src/embedded/private-file.js';
import { temporaryDirectory } from '../../support/directory.js';

const place = temporaryDirectory();
afterAll(() => place.remove());
const at = (name: string): string => join(place.directory, name);
const mode = (path: string): number => statSync(path).mode & 0o777;

it('a file is for its owner alone, also where one stood there that all could read', async () => {
  writeFileSync(at('env'), 'old', { mode: 0o644 });
  await writePrivate(at('env'), 'secret');
  expect([readFileSync(at('env'), 'utf8'), mode(at('env'))]).toEqual(['secret', 0o600]);
});

it('a planted link is replaced, and what it leads to stays as it is', async () => {
  writeFileSync(at('victim'), 'precious');
  symlinkSync(at('victim'), at('report.html'));
  await writePrivate(at('report.html'), '<p>');
  expect(readFileSync(at('victim'), 'utf8')).toBe('precious');
  expect(readFileSync(at('report.html'), 'utf8')).toBe('<p>');
});

it('what is no file is written to', async () => {
  await writePrivate('/dev/null', 'x');
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

it('a folder is closed to others, and a link in its place is refused', async () => {
  mkdirSync(at('open'), { mode: 0o755 });
  await privateDirectory(at('open'));
  expect(mode(at('open')) & 0o066).toBe(0);
  symlinkSync(at('open'), at('.pawl'));
  await expect(privateDirectory(at('.pawl'))).rejects.toMatchObject({ message: expect.stringContaining('is a link') as string });
});
