import { expect, test } from 'vitest';
import { KINDS } from '../../../src/catalog/kinds.js';
import { ALL_CASES } from '../../postgres/catalog/all-cases.js';

/** Read for what other differences say of them, and never a difference of their own. */
const DERIVED = ['index columns'];

test.each(KINDS.map((kind) => [kind.name, kind] as const))('every attribute of %s has a case that changes it', (name, kind) => {
  const covered = ALL_CASES.filter((cases) => cases.kind === name).flatMap(({ changes }) =>
    changes.map(({ attribute }) => attribute),
  );
  const missing = Object.keys(kind.attributes).filter(
    (attribute) => !covered.includes(attribute) && !DERIVED.includes(`${name} ${attribute}`),
  );
  expect(missing).toEqual([]);
});

test('every case is about a kind that is read', () => {
  const names = KINDS.map((kind) => kind.name);
  expect(ALL_CASES.filter(({ kind }) => !names.includes(kind))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});
