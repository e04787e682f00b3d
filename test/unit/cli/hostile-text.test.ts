import { expect, it } from 'vitest';
import { logCsv } from '../../../src/cli/view/log-csv.js';
import { deployReport } from '../../../src/cli/view/deploy-report.js';
import { fleetReport } from '../../../src/cli/view/fleet-report.js';
import { errorView } from '../../../src/cli/view/error.js';
import { logView } from '../../../src/cli/view/log.js';
import { terminalText } from '../../../src/cli/view/terminal.js';
import { EngineError } from '../../../src/engine/error.js';
import { NO_COUNTS, type FleetStatus } from '../../../src/contract/fleet.js';
import type { DeployRecord, LogEntry } from '../../../src/engine/ledger/log.js';
import { logLine } from '../../../src/telemetry/log-line.js';
import { logText } from '../../../src/telemetry/log-text.js';
import { staticDetails } from '../../../src/client/start.js';
import { codeSpan, plainMarkdown } from '../../../src/text/markdown.js';
import { visibleJson } from '../../../src/text/visible.js';
import { troubleSections } from '../../../src/workflows/trouble.js';
import { verifyDetails } from '../../../src/workflows/verify-details.js';

/** What a name of a file, a role, an operator or a message may hold. */
const HOSTILE = [
  '\u001b]0;title\u0007',
  '\u001b[2J\u001b[H',
  '\u001b[8mhidden',
  '\u001bc',
  '\u009b31m',
  '\r✓ done',
  '\u0008\u0008\u0008',
  '\u202eexe.sql',
  '\u2066a\u2069',
  '\u200b\ufeff',
  '\u{e0041}\u{e0042}',
  '<img src=x onerror=alert(1)>',
  '[approve](https://evil.example)',
  '![x](https://evil.example/x.png)',
  '# Choose',
  '| a | b |',
  '`code` then `[x](y)',
  '@everyone',
  '=cmd|calc',
];
const OBEYED = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069\u200b\ufeff]|[\u{e0000}-\u{e007f}]/u;
const look = { columns: 100, color: false };

const record = (text: string): DeployRecord => ({
  deployId: 'd',
  label: text,
  release: text,
  startedBy: text,
  startedAt: new Date(0),
  finishedAt: null,
  outcome: null,
  applied: 0,
});
const entry = (text: string): LogEntry => ({
  at: new Date(0),
  kind: 'operator.retry',
  deployId: 'd',
  version: text,
  by: text,
  reason: text,
  detail: { name: text, message: text },
});

const rollout = (text: string): FleetStatus => ({
  fleet: text,
  release: { digest: text, label: text },
  state: 'stopped',
  held: true,
  waves: [{ name: text, state: 'stopped', total: 2, counts: { ...NO_COUNTS, blocked: 1 }, applied: 0 }],
  faults: [{ member: text, wave: text, outcome: 'blocked', fault: { code: text, message: text } }],
  moreFaults: 1,
  blocked: [text],
  reason: text,
  startedBy: text,
  startedAt: new Date(0).toISOString(),
  turn: 1,
  timeline: [{ at: new Date(0).toISOString(), text }],
});

it.each(HOSTILE)('%j is text in a terminal, a report, a table, a log', (text) => {
  const views = [
    logView(text, [record(text)], [entry(text)], look),
    errorView(new EngineError('SQL_FAILED', 'blocked', text, { next: text }), look),
  ];
  for (const view of views) {
    expect(terminalText(view, false)).not.toMatch(OBEYED);
    expect(terminalText(view, true).replace(/\u001b\[(1|22|2|3\d)m/g, '')).not.toMatch(OBEYED);
  }
  const pages = [deployReport(text, record(text), [entry(text)]), fleetReport(rollout(text), () => `https://ui.example/${text}`)];
  for (const page of pages) {
    expect(page).not.toMatch(OBEYED);
    expect(page).not.toMatch(/<img|<script/);
  }
  const csv = logCsv([record(text)], [entry(text)]);
  expect(csv.replaceAll('\r\n', '')).not.toMatch(OBEYED);
  expect(csv).not.toMatch(/(^|,)"?[=+@-]/m);
  const log = { level: 'INFO', message: text, timestampNanos: 0n, meta: { by: text } } as never;
  for (const line of [logLine(log), logText(log)]) expect(line).not.toMatch(OBEYED);
});

it.each(HOSTILE)('%j is text in Markdown', (text) => {
  for (const shown of [plainMarkdown(text), codeSpan(text)]) {
    expect(shown).not.toMatch(/\n/);
    expect(shown.replaceAll('@\u2060', '@')).not.toMatch(OBEYED);
  }
  const outside = plainMarkdown(text).replaceAll(/`[^`]*`/g, '');
  expect(outside).not.toMatch(/(?<!\\)[[\]#|*<>]|@(?!\u2060)/);
  expect(codeSpan(text).slice(1, -1)).not.toContain('`');
});

it.each(HOSTILE)('%j is text on the pages of the Web UI', (text) => {
  const release = { digest: 'd', label: text };
  const session = { pid: 7, application: text, user: text, state: text, seconds: 1, query: text };
  const work = { doing: text, name: text, attempt: 1, waitsFor: [session], blocks: [session] };
  const finding = { severity: 'error' as const, code: text, message: text, next: text };
  const pages = [
    staticDetails({ target: 't', release, stages: [{ kind: 'exec', name: text }], by: text, to: text, onFailure: 'block' }),
    ...troubleSections({ work } as never),
    verifyDetails({
      target: 't',
      label: text,
      at: '',
      inspection: { applied: 1, files: 1, findings: [finding], moreFindings: 1 },
    }),
  ];
  for (const page of pages) {
    expect(page).not.toMatch(OBEYED);
    expect(page.replaceAll(/(?<!\\)`[^`]*`/g, '')).not.toMatch(/(?<!\\)[[\]|<>]|@(?!\u2060)|(?<!\\)# Choose/);
  }
});

it('our own colours pass where colour is wanted, others do not', () => {
  const text = '\u001b[31m✗\u001b[39m \u001b[5mblinks\u001b[0m';
  expect(terminalText(text, true)).toBe('\u001b[31m✗\u001b[39m \\u{1b}[5mblinks\\u{1b}[0m');
  expect(terminalText(text, false)).not.toContain('\u001b');
});

it('a JSON document stays the same document', () => {
  for (const text of HOSTILE) {
    const json = visibleJson(JSON.stringify({ text }));
    expect(json).not.toMatch(OBEYED);
    expect(JSON.parse(json)).toEqual({ text });
  }
});

it('words of any language, joiners and emoji stay as they are', () => {
  for (const text of ['größe', 'می\u200cخواهم', '👩\u200d💻', '名前\tx']) expect(terminalText(text, false)).toBe(text);
});
