import { expect, test } from 'vitest';
import { differencesDocument, differencesView, type Comparison } from '../../../src/cli/view/differences.js';
import { differencesPage } from '../../../src/cli/view/differences-html.js';

const comparison: Comparison = {
  a: 'migrations/schema',
  b: 'orders',
  differences: [
    {
      kind: 'comment',
      identity: 'table public.orders',
      change: 'changed',
      attribute: 'text',
      a: 'x',
      b: '<script>alert("&")</script>',
      class: 'cosmetic',
      effect: 'only people and documentation read comments',
    },
    {
      kind: 'key',
      identity: 'orders_code on public.orders',
      change: 'removed',
      a: { columns: ['tenant_id', 'code'], deferrable: false, include: [], isValid: true, body: ' two\nlines', tablespace: null },
      class: 'breaking',
      effect: 'ON CONFLICT (tenant_id, code) has no unique index to use, and duplicates are accepted',
    },
    {
      kind: 'index',
      identity: 'public.i',
      change: 'changed',
      attribute: 'nullsNotDistinct',
      a: false,
      b: null,
      class: 'breaking',
      effect: 'rows whose key holds NULL count as duplicates on one side only',
    },
    {
      kind: 'function',
      identity: 'public.f()',
      change: 'changed',
      attribute: 'body',
      a: 'one\ntwo\nthree\nfour\nfive\nsix',
      b: 'one\ntwo\n3\nfour\nfive\nsix',
      class: 'behavioural',
      effect: 'the function does something else',
    },
  ],
};

test('differences are told gravest first, with both definitions and the effect', () => {
  expect(differencesView(comparison, { columns: 80, color: false }))
    .toBe(`4 differences: 2 breaking, 1 behavioural, 1 cosmetic; A is migrations/schema, B
is orders

breaking
  ✗ key orders_code on public.orders: only in A
      ON CONFLICT (tenant_id, code) has no unique index to use, and duplicates
      are accepted
      A columns: tenant_id, code
        is valid: true
        body: two
        lines
  ✗ index public.i: nulls not distinct
      rows whose key holds NULL count as duplicates on one side only
      A false
      B (none)

behavioural
  ! function public.f(): body
      the function does something else
      A …
        two
        three
        four
        …
      B …
        two
        3
        four
        …

cosmetic
  · comment table public.orders: text
      only people and documentation read comments
      A x
      B <script>alert("&")</script>`);
});

test('no difference is said in one line', () => {
  expect(differencesView({ ...comparison, differences: [] }, { columns: 80, color: false })).toBe(
    '✓ migrations/schema and orders are the same schema',
  );
});

test('programs get the counts and the differences as they are', () => {
  expect(differencesDocument(comparison)).toEqual({ ...comparison, counts: { breaking: 2, behavioural: 1, cosmetic: 1 } });
});

test('the page holds every difference, escaped, and loads nothing', () => {
  const page = differencesPage(comparison);
  expect(page).toContain('<title>pawl diff: 4 differences: 2 breaking, 1 behavioural, 1 cosmetic</title>');
  expect(page.match(/<article>/g)).toHaveLength(4);
  expect(page).toContain('&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;');
  expect(page).not.toMatch(/<script|src=|href=|url\(/);
  expect(page.indexOf('breaking (2)')).toBeLessThan(page.indexOf('cosmetic (1)'));
  expect(differencesPage({ ...comparison, differences: [] })).toContain('<p class="sum good">No differences</p>');
});
