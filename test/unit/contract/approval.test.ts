import { describe, expect, it } from 'vitest';
import { approvalText, approverFault, openApproval, ruleFault } from '../../../src/contract/approval.js';
import { inputFault } from '../../../src/contract/input.js';
import { RIGHT } from '../../support/wrong-inputs.js';

const NOON = Date.parse('2026-03-01T12:00:00Z');
const rule = { of: 2, by: ['ann', 'bob', 'eve'], notBy: 'starter', within: 3_600_000 } as const;
const open = openApproval(rule, NOON);
const byAnn = { ...open, given: [{ by: 'ann', at: '2026-03-01T12:01:00.000Z' }] };

describe('an approval with a rule', () => {
  it.each([
    ['somebody who is named', open, 'ann', undefined],
    ['who is named, as typed', open, ' Ann', undefined],
    ['the next one', byAnn, 'bob', undefined],
    ['the same one again', byAnn, 'ANN ', 'ANN  has approved already; another person has to'],
    ['who started it', open, 'Eve', 'Eve started this deploy; another person has to approve'],
    ['somebody else', open, 'mallory', 'mallory is none of those who may approve: ann, bob, eve'],
  ])('is given by %s, or not', (_, approval, who, fault) => {
    expect(approverFault(approval, who, 'eve')).toBe(fault);
  });

  it('says who has given it, who is missing, and until when', () => {
    expect(approvalText(open, 'eve')).toBe('0 of 2 approvals; missing: 2 of ann, bob; until 2026-03-01 13:00 UTC');
    expect(approvalText(byAnn, 'eve')).toBe('1 of 2 approvals: ann; missing: 1 of bob; until 2026-03-01 13:00 UTC');
    expect(approvalText(openApproval({ notBy: 'starter' }, NOON), 'eve')).toBe('missing: 1, anybody but eve');
    expect(approvalText(openApproval({ within: 60_000 }, NOON), 'eve')).toBe('until 2026-03-01 12:01 UTC');
    expect(approvalText(openApproval({ by: ['ann'] }, NOON), 'eve')).toBe('missing: 1 of ann');
    expect(approvalText(undefined, 'eve')).toBe('');
  });
});

it.each([
  [rule, undefined],
  [{}, undefined],
  ['of: 2', 'rule: expected an object'],
  [{ of: 0 }, 'rule.of: expected a whole number from 1 to 20'],
  [{ of: 1.5 }, 'rule.of: expected a whole number from 1 to 20'],
  [{ by: [] }, 'rule.by: expected a list of up to 100 names'],
  [{ by: [7] }, 'rule.by: expected a list of up to 100 names'],
  [{ notBy: 'ann' }, 'rule.notBy: expected "starter"'],
  [{ within: '4h' }, 'rule.within: expected milliseconds'],
  [{ off: 2 }, 'rule: expected of, by, notBy, within, signed'],
])('a rule that a client sends: %j', (sent, fault) => {
  expect(ruleFault('rule', sent)).toBe(fault);
  const stages = [{ kind: 'approve', name: 'go', approval: sent }];
  expect(inputFault({ ...RIGHT, stages }, false)).toBe(fault?.replace('rule', 'stages[0].approval'));
});
