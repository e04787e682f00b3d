import { expect, it } from 'vitest';
import type { News } from '../../../src/contract/news.js';
import { newsJson, newsText, slackText } from '../../../src/signal/news-text.js';

const blocked: News = {
  on: 'blocked',
  target: 'orders',
  environment: 'production',
  release: { digest: '0123456789abcdef', label: 'v7' },
  startedBy: 'ann <ann@example.org>',
  since: '2026-03-01T02:14:07.000Z',
  what: 'could not create unique index "a & b"',
  fault: {
    code: 'SQL',
    message: 'could not create unique index "a & b"',
    next: 'Remove the duplicates, then retry.',
    version: '107',
  },
  commands: [{ command: 'pawl retry orders', effect: 'try again' }],
};
const LINK = 'https://temporal.example.org/namespaces/prod/workflows/deploy%2Fproduction%2Forders';

it('says what happened, what to do, where to look and what to type', () => {
  expect(newsText(blocked, LINK)).toBe(
    [
      'orders (production) is blocked at 107',
      'could not create unique index "a & b"',
      'Remove the duplicates, then retry.',
      'Release v7, started by ann <ann@example.org>; since 2026-03-01 02:14 UTC.',
      LINK,
      'pawl retry orders  # try again',
    ].join('\n'),
  );
  const done: News = { ...blocked, on: 'done', what: '3 applied', fault: undefined, startedBy: undefined, commands: [] };
  expect(newsText(done, undefined)).toBe('orders (production) is deployed\n3 applied\nRelease v7; since 2026-03-01 02:14 UTC.');
});

it("Slack's marks in names are text, and what is to be typed is a block of its own", () => {
  expect(slackText(blocked, LINK).split('\n')).toEqual([
    '*orders (production) is blocked at 107*',
    'could not create unique index "a &amp; b"',
    'Remove the duplicates, then retry.',
    'Release v7, started by ann &lt;ann@example.org&gt;; since 2026-03-01 02:14 UTC.',
    LINK,
    '```',
    'pawl retry orders  # try again',
    '```',
  ]);
  const tricky = { ...blocked, commands: [{ command: 'pawl skip orders ```<!channel>', effect: 'go on' }] };
  expect(slackText(tricky, LINK)).toContain("```\npawl skip orders '''&lt;!channel&gt;  # go on\n```");
  expect(slackText({ ...blocked, what: 'red\u001b[31m' }, LINK)).toContain('red\\u{1b}[31m');
});

it('programs get the data beside the text', () => {
  expect(newsJson(blocked, LINK)).toMatchObject({
    event: 'blocked',
    target: 'orders',
    environment: 'production',
    release: 'v7',
    digest: '0123456789abcdef',
    link: LINK,
    fault: { code: 'SQL', version: '107' },
    commands: ['pawl retry orders'],
    text: newsText(blocked, LINK),
  });
});
