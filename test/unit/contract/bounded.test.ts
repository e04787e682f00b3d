import { describe, expect, it } from 'vitest';
import {
  boundedFault,
  boundedFindings,
  boundedStatus,
  boundedText,
  boundedWork,
  bytesOf,
} from '../../../src/contract/bounded.js';
import type { DeployStatus, Finding } from '../../../src/contract/deploy.js';

const LIMIT = 256_000;
/** The worst that JSON does to a character: six bytes for one. */
const FLOODS = { plain: 'x', wide: '€', escaped: '\u0001', emoji: '😀', half: '\ud800', quote: '"' };
const flood = (kind: keyof typeof FLOODS) => FLOODS[kind].repeat(5_000_000 / FLOODS[kind].length);
const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe.each(Object.keys(FLOODS) as (keyof typeof FLOODS)[])('5 MB of %s in each field', (kind) => {
  const text = flood(kind);

  it('make a small fault', () => {
    const names = ['code', 'message', 'next', 'version', 'file', 'sqlstate'] as const;
    const fault = boundedFault({ ...Object.fromEntries(names.map((name) => [name, text])), line: 1 } as never);
    expect(size(fault)).toBeLessThan(LIMIT / 4);
    expect(fault.message).toMatch(/more characters\)$/);
  });

  it('make small findings, of which the first and a count are left', () => {
    const finding: Finding = { severity: 'warning', code: 'X', message: text, next: text };
    const bounded = boundedFindings([...Array.from({ length: 200 }, () => finding), { ...finding, severity: 'error' }]);
    expect(size(bounded)).toBeLessThan(LIMIT / 4);
    expect(bounded.findings.length + bounded.moreFindings).toBe(201);
    expect(bounded.findings[0]?.severity).toBe('error');
  });

  it('make a small piece of news', () => {
    const session = { pid: 1, application: text, user: text, state: text, seconds: 1, query: text };
    const sessions = Array.from({ length: 200 }, () => session);
    const work = boundedWork({ doing: text, name: text, failure: text, waitsFor: sessions, blocks: sessions, attempt: 1 });
    expect(size(work)).toBeLessThan(LIMIT / 2);
    expect(work).toMatchObject({ moreWaitsFor: 190, moreBlocks: 190 });
  });

  it('make a small status', () => {
    const status = statusOf(text.slice(0, 300));
    expect(size(boundedStatus(status))).toBeLessThan(LIMIT);
  });
});

describe('what is cut', () => {
  it('keeps what is short as it is, and what a page or a database trips over nowhere', () => {
    expect(boundedText('a "quoted" text', 100)).toBe('a "quoted" text');
    expect(boundedText('a\u0000b\ud800c', 100)).toBe('ab\ufffdc');
    expect(boundedText('😀😀', 3)).toBe('😀\ufffd… (1 more characters)');
    expect(boundedText(null, 3)).toBe('');
    expect(boundedText({}, 30)).toBe('(object)');
  });

  it('counts bytes as UTF-8 does', () => {
    for (const text of ['abc', 'é', '€', '😀', 'a😀é']) expect(bytesOf(text)).toBe(Buffer.byteLength(text));
  });

  it('takes 100,000 findings in no time that grows with their number squared', () => {
    const findings = Array.from({ length: 100_000 }, (_, n): Finding => ({ severity: 'warning', code: 'X', message: `no ${n}` }));
    expect(boundedFindings(findings)).toMatchObject({ moreFindings: 99_950 });
  });

  it('keeps the migrations around the place where the deploy is', () => {
    const migrations = Array.from({ length: 5_000 }, (_, n) => ({
      version: String(n),
      name: `${n}_x.sql`,
      state: n < 2_500 ? ('applied' as const) : ('pending' as const),
    }));
    const { stages } = boundedStatus({ ...statusOf('x'), stages: [{ ...statusOf('x').stages[0]!, migrations }] });
    expect(stages[0]!.migrations).toHaveLength(200);
    expect(stages[0]!.migrations.some(({ version }) => version === '2499')).toBe(true);
    expect(stages[0]!.migrations.some(({ version }) => version === '2500')).toBe(true);
  });
});

describe('news from anywhere', () => {
  it.each([undefined, null, 7, 'x', [], {}, { doing: 7 }, { doing: null }])('%j is no news', (news) => {
    expect(boundedWork(news)).toBeUndefined();
  });

  it('keeps what is well made of malformed ones', () => {
    expect(boundedWork({ doing: 'applying', waitsFor: [null, 7, { pid: 'x' }], blocks: 'all', build: 3 })).toMatchObject({
      doing: 'applying',
      waitsFor: [{ pid: 0, application: '' }],
      attempt: 1,
    });
  });
});

function statusOf(text: string): DeployStatus {
  const migrations = Array.from({ length: 1_000 }, (_, n) => ({ version: `${n}${text}`, name: text, state: 'pending' as const }));
  const stage = { kind: 'migrate' as const, name: text, state: 'running' as const, total: 1_000, applied: 0, migrations };
  return {
    target: 'orders',
    release: { digest: '0123456789abcdef', label: text },
    state: 'blocked',
    stages: Array.from({ length: 150 }, () => stage),
    fault: { code: 'SQL_FAILED', message: text.repeat(10), next: text.repeat(10) },
    holdRequested: false,
    findings: Array.from({ length: 500 }, () => ({ severity: 'warning' as const, code: 'X', message: text })),
    timeline: Array.from({ length: 5_000 }, () => ({ at: '2026-01-01T00:00:00.000Z', text })),
    startedBy: text,
  };
}
