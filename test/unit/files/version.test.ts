import { expect, test } from 'vitest';
import { versionOf } from '../../../src/engine/files/migration.js';

test.each([
  ['0107', '107'],
  ['7', '7'],
  ['0', '0'],
  ['1_2', '1.2'],
  ['1.02', '1.2'],
  ['0002_b', '0002_b'],
  ['20240102030405_name', '20240102030405_name'],
])('%s, typed by a person, is version %s', (typed, version) => {
  expect(versionOf(typed)).toBe(version);
});
