import { describe, expect, it } from 'vitest';
import { EventTeller, newEntries } from '../../../src/client/events.js';
import type { DeployStatus } from '../../../src/contract/deploy.js';

const first = { at: '2026-11-21T05:00:01.000Z', text: 'one pending' };
const second = { at: '2026-11-21T05:00:02.000Z', text: 'applied one' };

const status: DeployStatus = {
  target: 'orders',
  release: { digest: 'd1', label: 'r1' },
  state: 'running',
  stages: [{ kind: 'migrate', name: 'm', state: 'running', total: 2, applied: 1, migrations: [] }],
  holdRequested: false,
  findings: [],
  timeline: [first],
  startedBy: 'ann',
};

describe('newEntries', () => {
  it('are those after the last one told, also when the first ones were dropped', () => {
    expect(newEntries([first, second], undefined)).toEqual([first, second]);
    expect(newEntries([first, second], first)).toEqual([second]);
    expect(newEntries([first, second], second)).toEqual([]);
    expect(newEntries([second], { at: '2026-11-21T05:00:00.500Z', text: 'dropped' })).toEqual([second]);
  });
});

describe('EventTeller', () => {
  it('tells what is new, and nothing of what was told', () => {
    const teller = new EventTeller();
    expect(teller.tell({ status }).map(({ event }) => event)).toEqual(['step', 'state', 'progress']);
    expect(teller.tell({ status })).toEqual([]);
    const [step, ...rest] = teller.tell({ status: { ...status, timeline: [first, second], state: 'blocked' } });
    expect(step).toEqual({ event: 'step', ...second });
    expect(rest).toMatchObject([{ event: 'state', state: 'blocked' }]);
  });

  it('says why nobody answers', () => {
    expect(new EventTeller().tell({ silence: 'no worker' })).toMatchObject([
      { event: 'trouble', text: expect.stringContaining('worker') as string },
    ]);
  });
});
