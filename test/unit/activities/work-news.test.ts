import type { Context } from '@temporalio/activity';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WorkNews } from '../../../src/activities/work-news.js';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What an activity sends to its workflow. */
function context(): { readonly context: Context; readonly sent: unknown[] } {
  const sent: unknown[] = [];
  const signal = (_: unknown, news: unknown): Promise<void> => {
    sent.push(news);
    return Promise.resolve();
  };
  const fake = {
    client: { workflow: { getHandle: () => ({ signal }) } },
    info: { attempt: 1, activityType: 'apply', workflowExecution: { workflowId: 'deploy/orders', runId: 'r' } },
    log: { debug: () => undefined },
  };
  return { context: fake as unknown as Context, sent };
}

/** Two hundred sessions that wait, of which none is there at the next look. */
const SIGHTS = [0, 1].map((look) =>
  Array.from({ length: 200 }, (_, n) => ({
    pid: look * 1_000 + n,
    application: 'x'.repeat(64),
    user: 'shop',
    state: 'active',
    seconds: 2,
    query: 'select '.repeat(1_000),
  })),
);
const sessions = (look: number) => SIGHTS[look % 2]!;
const pass = (milliseconds: number): unknown => vi.setSystemTime(Date.now() + milliseconds);

it('sessions that change at each look for an hour make few and small news', () => {
  const { context: activity, sent } = context();
  const news = new WorkNews(activity, 0, undefined);
  for (let look = 0; look < 7_200; look += 1) {
    news.look({ doing: 'applying', name: '1.sql', blocks: sessions(look) });
    pass(500);
  }
  // At first each some seconds, then each five minutes.
  expect(sent.length).toBeGreaterThan(12);
  expect(sent.length).toBeLessThan(40);
  for (const one of sent) expect(Buffer.byteLength(JSON.stringify(one))).toBeLessThan(64_000);
  expect(sent.at(-1)).toMatchObject({ moreBlocks: 190 });
});

it('an attempt that follows another counts what that one has sent', () => {
  const { context: activity, sent } = context();
  const news = new WorkNews(activity, 199, undefined);
  for (let look = 0; look < 100; look += 1) {
    news.look({ doing: 'applying', name: '1.sql', blocks: sessions(look) });
    pass(600_000);
  }
  expect(sent).toHaveLength(1);
  expect(news.told).toBe(200);
});

it('who stands still is told once', () => {
  const { context: activity, sent } = context();
  const news = new WorkNews(activity, 0, undefined);
  for (let look = 0; look < 100; look += 1) {
    news.look({ doing: 'applying', name: '1.sql', waitsFor: sessions(1) });
    pass(60_000);
  }
  expect(sent).toHaveLength(1);
});

const FAILING = { failingSince: '2027-01-15T08:00:00.000Z', givesUpAt: '2027-01-15T08:30:00.000Z' };

it('a failure is told with the attempt that follows, since when and until when; not where its blockers were told', () => {
  const { context: activity, sent } = context();
  new WorkNews(activity, 0, undefined).failed({}, { failure: 'no connection', ...FAILING });
  expect(sent).toMatchObject([{ doing: 'applying', attempt: 2, failure: 'no connection', ...FAILING }]);
  const blocked = new WorkNews(activity, 0, FAILING);
  blocked.look({ doing: 'applying', waitsFor: sessions(0) });
  blocked.failed({ doing: 'applying' }, { failure: 'lock timeout', ...FAILING });
  expect(sent).toHaveLength(2);
  expect(sent[1]).toMatchObject({ attempt: 1, moreWaitsFor: 190, ...FAILING });
});

it('an attempt that works for some seconds takes the failure before it off the page, once', () => {
  const { context: activity, sent } = context();
  const news = new WorkNews(activity, 1, FAILING);
  for (let second = 0; second < 10; second += 1) {
    news.look({ doing: 'applying', name: '1.sql' });
    pass(1_000);
  }
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ doing: 'applying', name: '1.sql', failingSince: undefined, failure: undefined });
});

it('a backfill is told of now and then, and what holds it up at once; an hour of changes stays within two hundred events', () => {
  const { context: activity, sent } = context();
  const news = new WorkNews(activity, 0, undefined);
  const look = (heldBy?: 'replicaLag'): void => {
    news.look({ doing: 'backfill', name: '1.sql', waitsFor: [], blocks: [], backfill: { version: '1', rows: 1, heldBy } });
    pass(1_000);
  };
  look();
  for (let second = 0; second < 20; second += 1) look('replicaLag');
  expect(sent).toMatchObject([{ backfill: { heldBy: undefined } }, { backfill: { heldBy: 'replicaLag' } }]);
  for (let second = 0; second < 3_600; second += 1) look(second % 2 === 0 ? 'replicaLag' : undefined);
  // Each is one event, and a workflow task with three.
  expect(sent.length * 4).toBeLessThan(120);
});
