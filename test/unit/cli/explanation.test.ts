import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explanations, explanationView } from '../../../src/cli/view/explanation.js';
import { RULES } from '../../../src/check/rules/rules.js';

const page = (name: string) => explanations(name, readFileSync(join(import.meta.dirname, '../../..', name), 'utf8'));
const look = { columns: 80, color: false };

test('explains each rule of check, and each code that an error may have', () => {
  const rules = page('docs/checking.md').map(({ code }) => code);
  expect(RULES.map(({ id }) => id).filter((id) => !rules.includes(id))).toEqual([]);
  const codes = page('docs/errors.md');
  expect(codes.length).toBeGreaterThan(90);
  expect(codes.filter(({ cells }) => cells.length < 2 || cells.some(({ text }) => text === ''))).toEqual([]);
});

test('names what each cell is about, keeps pipes that are escaped, and drops the addresses of links', () => {
  const [one, ...others] = explanations(
    'docs/errors.md',
    [
      '## Ledger',
      '',
      '| Code | What happened | Next step |',
      '|---|---|---|',
      '| `A_B` | `a \\| b` | See [there](there.md). |',
      '',
    ].join('\n'),
  );
  expect(others).toEqual([]);
  expect(explanationView(one!, look)).toBe(
    ['A_B', '  What happened', '    `a | b`', '  Next step', '    See there.', '  docs/errors.md, Ledger'].join('\n'),
  );
});
