import { beforeAll, expect, test } from 'vitest';
import { sameExpression } from '../../../src/catalog/expression.js';
import { loadGrammar } from '../../../src/engine/files/statements.js';

beforeAll(loadGrammar);

test.each([
  [
    `((s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))`,
    `((s)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text]))`,
  ],
  [
    ` SELECT id FROM public.t WHERE ((s)::text = ANY ((ARRAY['a'::character varying])::text[]));`,
    ` SELECT id\n   FROM public.t\n  WHERE ((s)::text = ANY (ARRAY[('a'::character varying)::text]));`,
  ],
  ['(a > 1)', '( a > 1 )'],
  [' SELECT k.a FROM s.t k WHERE (k.b > 1) GROUP BY k.a;', ' SELECT a FROM s.t k WHERE (b > 1) GROUP BY a;'],
  [' SELECT t.a FROM s.t UNION SELECT u.a FROM s.u;', ' SELECT a FROM s.t UNION SELECT a FROM s.u;'],
])('%s is %s, written otherwise', (a, b) => {
  expect(sameExpression(a, b)).toBe(true);
  expect(sameExpression([a, 'x'], [b, 'x'])).toBe(true);
});

test.each([
  ['(a > 1)', '(a > 2)'],
  ['now()', 'CURRENT_TIMESTAMP'],
  [`(ARRAY['a'::character varying])::text[]`, `(ARRAY['a'::character varying])::character varying[]`],
  [`'a'::text`, `'A'::text`],
  ['BEGIN ATOMIC\n SELECT 1;\nEND', 'BEGIN ATOMIC\n SELECT 2;\nEND'],
  ['((1', '((2'],
  ['x', null],
  ['SELECT t.a FROM t, u', 'SELECT u.a FROM t, u'],
  ['SELECT t.a FROM t JOIN u USING (id)', 'SELECT u.a FROM t JOIN u USING (id)'],
  ['SELECT (SELECT o.a FROM i) FROM o', 'SELECT (SELECT i.a FROM i) FROM o, p'],
])('%s is not %s', (a, b) => {
  expect(sameExpression(a, b)).toBe(false);
});
