import { expect, it } from 'vitest';
import { pageOf } from '../../../src/fleet/page.js';

const settings = { name: 'rest', parallel: 8, approve: false, soak: 0, stopAfter: {} };
const members = Array.from({ length: 4_500 }, (_, at) => `t${at}`);

it('pages of one list say that they are of one list, and hold every member once', () => {
  const waves = [
    { settings: { ...settings, name: 'canary' }, members: members.slice(0, 3) },
    { settings, members: members.slice(3) },
  ];
  const pages = [0, 2_000, 4_000].map((after) => pageOf(waves, after));
  expect(pages.map(({ more }) => more)).toEqual([true, true, false]);
  expect(new Set(pages.map(({ list }) => list)).size).toBe(1);
  expect(pages.flatMap((page) => page.waves.flatMap((wave) => wave.members)).toSorted()).toEqual(members.toSorted());
  expect(pageOf([{ settings, members: members.slice(1) }], 0).list).not.toBe(pages[0]!.list);
});
