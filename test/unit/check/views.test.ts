import { describe, expect, it } from 'vitest';
import { REPORTS } from '../../../src/cli/check/report-files.js';
import { checkHtml } from '../../../src/cli/view/check-html.js';
import { checkMarkdown } from '../../../src/cli/view/check-markdown.js';
import { checkSarif } from '../../../src/cli/view/check-sarif.js';
import { checkText } from '../../../src/cli/view/check-text.js';
import type { CheckedMigration, CheckReport, Finding, RelationLock } from '../../../src/check/report.js';
import { summarise } from '../../../src/check/summary.js';

const finding: Finding = {
  rule: 'IX001',
  title: 'CREATE INDEX without CONCURRENTLY',
  severity: 'error',
  statement: 0,
  place: { file: 'migrations/0002_b.sql', line: 3, column: 1 },
  relation: 'public.orders',
  work: 'index build',
  message: 'Writers of public.orders wait.',
  why: 'It takes a SHARE lock.',
  safe: 'Build it concurrently.',
  rewrite: 'create index CONCURRENTLY i on "<script>" (a);',
  fixes: [{ start: 12, end: 12, text: ' CONCURRENTLY' }],
};

const lock: RelationLock = {
  relation: 'public.orders',
  kind: 'r',
  table: 'public.orders',
  statement: 0,
  mode: 'ShareLock',
  taken: true,
  blocks: ['writes', 'schema'],
  heldThrough: 0,
  until: 'commit',
  work: ['index build'],
  meanwhile: [],
  size: { bytes: 38e9, rows: 210e6 },
  seconds: 725,
  verdict: 'BLOCKS_WRITES',
};

const quiet: CheckedMigration = {
  stage: 'schema',
  version: '1',
  name: '0001_a.sql',
  path: 'migrations/0001_a.sql',
  outcome: 'ran',
  milliseconds: 1,
  statements: [{ line: 1, text: 'create table a ()', commit: 0, outcome: 'ran' }],
  locks: [],
  findings: [],
  allowed: [],
};

const loud: CheckedMigration = {
  ...quiet,
  version: '2',
  name: '0002_b.sql',
  path: 'migrations/0002_b.sql',
  statements: [{ line: 3, text: 'create index i on "<script>" (a)', commit: 0, outcome: 'ran' }],
  locks: [lock],
  findings: [finding],
  allowed: [{ finding: { ...finding, rule: 'CL004' }, reason: 'unused since May' }],
};

const failed: CheckedMigration = {
  ...quiet,
  version: '3',
  path: 'migrations/0003_c.sql',
  outcome: 'failed',
  failure: { code: 'SQL_FAILED', message: 'role "x" does not exist', next: 'Create the role.', place: undefined },
};

function report(migrations: CheckedMigration[]): CheckReport {
  return {
    serverVersion: '18.4',
    timeZone: 'UTC',
    sized: true,
    migrations,
    work: [],
    remarks: [],
    summary: summarise({ migrations, work: [], remarks: [] }),
  };
}

const full = report([quiet, loud, failed]);
const look = { columns: 100, color: false };

it.each(Object.entries(REPORTS))('a check as %s says which rule was broken, where, and what failed', (_format, text) => {
  const written = text(full, 'orders');
  for (const said of ['IX001', '0002_b.sql', 'role &quot;x&quot; does not exist']) {
    expect(written.replaceAll(/\\?"/g, '&quot;')).toContain(said);
  }
});

describe('a check in a terminal', () => {
  it('says who waits, how long, and what to write instead', () => {
    const text = checkText(full, look);
    expect(text).toContain('BLOCKS WRITES  line 3: public.orders (35 GB, 210 M rows), SHARE');
    expect(text).toContain('writers wait about 12 min: index build');
    expect(text).toContain('✗ IX001 line 3: Writers of public.orders wait.');
    expect(text).toContain('create index CONCURRENTLY i');
    expect(text).toContain('CL004 allowed: unused since May');
    expect(text).toContain('✗ role "x" does not exist');
    expect(text).toContain('1 migration with nothing to say');
    expect(text).toContain('1 failed, 1 error, 1 allowed in 3 migrations');
  });

  it('says the reason once for all findings of a rule in a file, counts the rest, and sums up by rule', () => {
    const many = [3, 5, 7, 9, 11].map((line) => ({ ...finding, place: { ...finding.place, line } }));
    const text = checkText(
      report([
        { ...loud, findings: many },
        { ...loud, path: 'migrations/0004_d.sql' },
      ]),
      look,
    );
    expect(text.match(/It takes a SHARE lock/g)).toHaveLength(2);
    expect(text).toContain('    line 7: Writers of public.orders wait.');
    expect(text).toContain('    and 2 more of IX001, at the lines 9, 11');
    expect(text).toContain('  ✗ IX001  6 errors       in 2 files: CREATE INDEX without CONCURRENTLY');
    expect(text).toContain('pawl check --explain <rule>');
  });

  it('says of thousands behind the first that fails in one line that they were not run, here and in a comment', () => {
    const paths = Array.from({ length: 4_000 }, (_, n) => `migrations/${n + 3}_t.sql`);
    const failure = { code: 'SQL_FAILED', message: 'no', next: 'Correct it.' };
    const [failed, ...rest] = paths.map((path, n): CheckedMigration =>
      n === 0 ? { ...quiet, path, outcome: 'failed', failure } : { ...quiet, path, outcome: 'not run' },
    );
    const text = checkText(report([quiet, failed!, ...rest]), look);
    expect(text).toContain('3999 migrations were not run: migrations/4_t.sql to migrations/4002_t.sql');
    expect(text).toContain('1 migration with nothing to say');
    expect(text.split('\n').length).toBeLessThan(12);
    const markdown = checkMarkdown(report([quiet, failed!, ...rest]));
    expect(markdown).toContain('3999 migrations were not run:');
    expect(markdown.split('\n').length).toBeLessThan(16);
  });

  it('is short when all is well', () => {
    expect(checkText(report([quiet]), look).split('\n')).toHaveLength(2);
  });
});

describe('a check as Markdown', () => {
  it('has one table row for each lock that is felt, and the safe way', () => {
    const markdown = checkMarkdown(full);
    expect(markdown).toContain(
      '| **blocks writes** | `public.orders` (35 GB, 210 M rows) | writers, about 12 min | SHARE: index build | `0002_b.sql:3` |',
    );
    expect(markdown).toContain('```sql\n  create index CONCURRENTLY');
    expect(markdown).not.toContain('0001_a.sql');
  });
});

describe('a check as SARIF', () => {
  it('has rules, places, levels, fixes and suppressions', () => {
    const { version, runs } = checkSarif(full) as {
      version: string;
      runs: { tool: { driver: { rules: { id: string }[] } }; results: Record<string, unknown>[] }[];
    };
    expect(version).toBe('2.1.0');
    expect(runs[0]!.tool.driver.rules.map(({ id }) => id)).toEqual(['IX001', 'CL004']);
    expect(runs[0]!.results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['IX001', 'error'],
      ['CL004', 'error'],
      ['SQL_FAILED', 'error'],
    ]);
    expect(runs[0]!.results[0]).toMatchObject({
      locations: [
        { physicalLocation: { artifactLocation: { uri: 'migrations/0002_b.sql' }, region: { startLine: 3, startColumn: 1 } } },
      ],
      fixes: [{ artifactChanges: [{ replacements: [{ deletedRegion: { charOffset: 12, charLength: 0 } }] }] }],
    });
    expect(runs[0]!.results[1]).toMatchObject({ suppressions: [{ kind: 'inSource', justification: 'unused since May' }] });
  });
});

describe('a check as a page', () => {
  it('needs nothing from outside and shows names as text', () => {
    const html = checkHtml(full, 'orders & "co"');
    expect(html).not.toContain('<script>');
    expect(html).not.toMatch(/(?:src|href)=/);
    expect(html).toContain('orders &amp; &quot;co&quot;');
    expect(html).toMatch(/<div class="bar BLOCKS_WRITES"[^>]*><b>about 12 min<\/b> index build/);
    expect(html).not.toContain('0001_a.sql');
  });

  it('adds up what is done under one lock', () => {
    const later = { ...lock, statement: 1, work: ['scan'] as const };
    const twice = { ...loud, statements: [...loud.statements, loud.statements[0]!], locks: [{ ...lock, heldThrough: 1 }, later] };
    const [, bars] = checkHtml(report([twice]), 'orders').split('<div class="scroll">');
    expect(bars!.match(/class="bar BLOCKS_WRITES"/g)).toHaveLength(1);
    expect(bars).toContain('index build, then scan');
  });

  it('says so when nobody waits', () => {
    expect(checkHtml(report([quiet]), 'orders')).toContain('Nobody has to wait');
  });

  it('says only of what was measured that nobody waits', () => {
    const html = checkHtml(report([quiet, { ...quiet, path: '0009_bad.sql', outcome: 'failed' as const }]), 'orders');
    expect(html).toMatch(/Measured up to 0009_bad\.sql, where the check failed/);
    expect(html).not.toContain('Nobody has to wait');
  });

  it('says in each form what it took for granted without a start state, and only then', () => {
    const plain = { ...report([quiet]), start: undefined, scope: 'deploy' as const };
    const forms = [checkText, (shown: CheckReport) => checkHtml(shown, 'orders'), checkMarkdown];
    for (const form of forms) {
      const told = (shown: CheckReport) => form(shown, { columns: 80, color: false }).replaceAll(/\s+/g, ' ');
      expect(told(plain)).toContain('as one deploy onto an empty database');
      expect(told({ ...plain, start: 'the files of main' })).not.toContain('as one deploy');
      expect(told({ ...plain, scope: 'migration' })).not.toContain('as one deploy');
    }
  });
});
