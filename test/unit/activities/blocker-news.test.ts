import type { Context } from '@temporalio/activity';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BlockerNews } from '../../../src/activities/blocker-news.js';

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
    info: { attempt: 1, workflowExecution: { workflowId: 'deploy/orders', runId: 'r' } },
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
  const news = new BlockerNews(activity, 0);
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
  const news = new BlockerNews(activity, 199);
  for (let look = 0; look < 100; look += 1) {
    news.look({ doing: 'applying', name: '1.sql', blocks: sessions(look) });
    pass(600_000);
  }
  expect(sent).toHaveLength(1);
  expect(news.told).toBe(200);
});

it('who stands still is told once', () => {
  const { context: activity, sent } = context();
  const news = new BlockerNews(activity, 0);
  for (let look = 0; look < 100; look += 1) {
    news.look({ doing: 'applying', name: '1.sql', waitsFor: sessions(1) });
    pass(60_000);
  }
  expect(sent).toHaveLength(1);
});
