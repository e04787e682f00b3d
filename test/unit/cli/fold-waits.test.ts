import { expect, it } from 'vitest';
import { deployReport } from '../../../src/cli/view/deploy-report.js';
import { foldWaits } from '../../../src/cli/view/fold-waits.js';
import { logView } from '../../../src/cli/view/log.js';
import type { DeployRecord, LogEntry } from '../../../src/engine/ledger/log.js';

const START = Date.parse('2026-11-21T23:59:00Z');
const deploy: DeployRecord = {
  ...{ deployId: 'd', release: 'abc', label: '4f1c2aa', startedBy: 'ann', outcome: null, applied: 1 },
  ...{ startedAt: new Date(START), finishedAt: null },
};
const entry = (seconds: number, kind: string, version: string | null, detail: Record<string, unknown> = {}): LogEntry => ({
  at: new Date(START + seconds * 1_000),
  ...{ kind, deployId: 'd', version, by: null, reason: null, detail },
});
const waited = (seconds: number, pid: number) =>
  entry(seconds, 'migration.waited', '2', { name: '002_b.sql', milliseconds: 3_000, blockers: [{ pid, application: 'report' }] });
const timedOut = (seconds: number) =>
  entry(seconds, 'migration.failed', '2', { code: 'LOCK_TIMEOUT', verdict: 'retry', message: 'blocked by session 7' });
const entries = [
  entry(0, 'lease.taken-over', null),
  entry(0, 'deploy.started', null),
  entry(1, 'migration.applied', '1', { name: '001_a.sql', stage: 'm', milliseconds: 2 }),
  ...[waited(5, 7), timedOut(5), waited(12, 7), timedOut(12), waited(62, 8)],
  entry(62, 'migration.applied', '2', { name: '002_b.sql', stage: 'm', milliseconds: 3 }),
  entry(63, 'migration.failed', '3', {
    ...{ code: 'SQL_FAILED', verdict: 'blocked', message: 'm/003_c.sql:1:1: no' },
    place: { file: 'm/003_c.sql', line: 1, column: 1 },
  }),
];
const look = { columns: 100, color: false };

it('attempts that wait for a lock in vain are one entry, with the time, the attempts and the sessions of all', () => {
  const folded = foldWaits(entries);
  expect(folded.map(({ kind }) => kind)).toEqual([
    ...['lease.taken-over', 'deploy.started', 'migration.applied', 'migration.waited', 'migration.applied', 'migration.failed'],
  ]);
  expect(folded[3]?.detail).toMatchObject({ milliseconds: 60_000, attempts: 3, blockers: [{ pid: 7 }, { pid: 8 }] });
});

it('a wait that a decision ends is not joined with the one after it', () => {
  const decided = [timedOut(5), { ...entry(6, 'operator.retry', '2'), by: 'ben' }, waited(9, 7)];
  expect(foldWaits(decided).map(({ kind, detail }) => [kind, detail['attempts']])).toEqual([
    ['migration.waited', 1],
    ['operator.retry', undefined],
    ['migration.waited', 1],
  ]);
});

it('the log says whom it waited for once, and since when an open deploy is blocked', () => {
  const text = logView('orders', [deploy], entries, look);
  expect(text).toContain('waited 002_b.sql 1m 00s, 3 attempts, for session 7 (report), session 8 (report)');
  expect(text).toContain('failed 003_c.sql: m/003_c.sql:1:1: no');
  expect(text).toMatch(/23:59:00 UTC release 4f1c2aa.*: blocked since 2026-11-22 00:00:03 UTC/);
  expect(text).not.toContain('LOCK_TIMEOUT');
});

it('the page has one row for the wait, names files, begins with the start, and says the date once', () => {
  const page = deployReport('orders', deploy, entries);
  expect(page.match(/<tr class="waited">/g)).toHaveLength(1);
  const rows = [...page.matchAll(/<tr class="[^"]*"><td>([^<]*)<\/td><td>([^<]*)<\/td><td>([^<]*)/g)].map((row) => row.slice(1));
  expect(rows.map(([at]) => at)).toEqual([
    ...['2026-11-21 23:59:00', '23:59:00', '23:59:01', '2026-11-22 00:00:02', '00:00:02', '00:00:03'],
  ]);
  expect(rows[0]?.[1]).toBe('deploy started');
  expect(rows.at(-1)).toEqual(['00:00:03', 'failed', '003_c.sql']);
  expect(page).toContain('title="003_c.sql"');
  expect([...page.matchAll(/<span[^>]*left:[\d.]+%">\+([^<]*)/g)].map(([, text]) => text)).toEqual(['0', '30 s', '1m']);
});
