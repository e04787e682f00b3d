import { describe, expect, it } from 'vitest';
import { FleetBoard } from '../../../src/contract/fleet-board.js';
import { failuresToStop, NO_COUNTS } from '../../../src/contract/fleet.js';

const input = {
  fleet: 'tenants',
  release: { digest: '0123456789abcdef', label: 'v1' },
  stages: [],
  by: 'ann',
  onFailure: 'block' as const,
};
const wave = (name: string, ...members: string[]) => ({
  settings: { name, parallel: 8, approve: false, soak: 0, stopAfter: {} },
  members,
});

describe('the board of a rollout', () => {
  it('keeps what came of a wave, whichever place it has in the list that a later run reads', () => {
    const first = new FleetBoard(input, () => new Date());
    first.plan([wave('canary', 'a'), wave('eu', 'b'), wave('rest', 'c')]);
    first.ended(0, { counts: { ...NO_COUNTS, done: 1 }, applied: 1, faults: [] });
    first.wave(0, 'done');
    const later = new FleetBoard(
      { ...input, resumed: { approved: false, held: false, status: first.snapshot() } },
      () => new Date(),
    );
    later.plan([wave('early', 'd'), wave('canary', 'a'), wave('eu', 'b')]);
    expect(later.waves.map(({ name, state }) => `${name} ${state}`)).toEqual(['early waiting', 'canary done', 'eu waiting']);
    later.plan([wave('eu', 'b')]);
    expect(later.waves.map(({ name, state }) => `${name} ${state}`)).toEqual(['eu waiting']);
  });

  it('answers with a story that fits into a payload, whatever its lines say', () => {
    const board = new FleetBoard(input, () => new Date());
    for (let line = 0; line < 200; line += 1) board.say('ü'.repeat(500));
    expect(Buffer.byteLength(JSON.stringify(board.snapshot()))).toBeLessThan(60_000);
  });
});

it('a wave stops with so many further failures, or with none of them', () => {
  expect(failuresToStop({ failed: 3 }, 1, 100, 25)).toBe(2);
  expect(failuresToStop({ percent: 10 }, 0, 100, 25)).toBe(10);
  expect(failuresToStop({ failed: 50 }, 0, 100, 25)).toBeUndefined();
});
