import type { CheckedMigration, CheckReport, Finding, RelationLock, Severity } from '../../check/report.js';
import { counted } from '../../text/counted.js';
import { codeSpan, plainMarkdown } from '../../text/markdown.js';
import { isOnlyNotRun, notRunWords, remarksOf, repeatWords } from './check-remarks.js';
import {
  assumptionWords,
  durationWords,
  modeWords,
  reasonWords,
  sizeWords,
  summaryWords,
  VERDICT_WORDS,
  whoWaits,
} from './lock-words.js';

const MARKS: Record<Severity, string> = { error: '❌', warning: '⚠️', notice: 'ℹ️' };

/** A check as a comment on a pull request or a job's summary. */
export function checkMarkdown(report: CheckReport): string {
  const told = report.migrations.filter(
    ({ outcome, findings, locks }) => outcome !== 'ran' || findings.length > 0 || locks.some(isFelt),
  );
  const notRun = notRunWords(report);
  const bad = report.summary.failed + report.summary.errors > 0;
  return [
    `### ${bad ? '❌' : '✅'} ${counted(report.migrations.length, 'migration')} checked: ${summaryWords(report.summary)}`,
    '',
    ...remarksOf(report).flatMap(({ severity, message, next }) => [
      `- ${MARKS[severity]} ${plainMarkdown(message)} ${plainMarkdown(next)}`.trim(),
      '',
    ]),
    ...lockTable(report),
    ...told.filter((migration) => !isOnlyNotRun(migration)).flatMap((migration) => migrationPart(migration)),
    ...(notRun === undefined ? [] : [`${plainMarkdown(notRun)}.`, '']),
    `<sub>PostgreSQL ${plainMarkdown(report.serverVersion)}, TimeZone ${plainMarkdown(report.timeZone)}, on ${plainMarkdown(report.start ?? 'an empty database')}${report.sized ? '' : ', table sizes unknown: each is taken for a large one'}. Locks, rewrites and scans are measured, not guessed${report.repeat?.outcome === 'same' ? `; ${repeatWords(report)}` : ''}. ${plainMarkdown(assumptionWords(report) ?? '')}</sub>`,
    '',
  ].join('\n');
}

const isFelt = ({ verdict }: RelationLock) => verdict !== 'SAFE';

function lockTable({ migrations }: CheckReport): string[] {
  const rows = migrations.flatMap((migration) =>
    migration.locks.filter(isFelt).map((lock) => {
      const size = lock.size ? ` (${sizeWords(lock.size)})` : '';
      const line = migration.statements[lock.statement]?.line ?? 0;
      const cells = [
        `**${VERDICT_WORDS[lock.verdict]}**`,
        `${codeSpan(lock.relation)}${size}`,
        `${whoWaits(lock)}, ${durationWords(lock)}`,
        plainMarkdown(`${modeWords(lock.mode)}: ${reasonWords(lock)}`),
        codeSpan(`${migration.name}:${line}`),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  );
  if (rows.length === 0) return [];
  return ['| verdict | table | who waits | lock | where |', '| --- | --- | --- | --- | --- |', ...rows, ''];
}

function migrationPart({ path, outcome, failure, findings, allowed }: CheckedMigration): string[] {
  if (outcome === 'ran' && findings.length + allowed.length === 0) return [];
  const head = [`#### ${codeSpan(path)}${outcome === 'ran' ? '' : ` (${outcome})`}`, ''];
  const failed = failure ? [`- ❌ ${plainMarkdown(failure.message)}  `, `  ${plainMarkdown(failure.next)}`, ''] : [];
  const permitted = allowed.map(({ finding, reason }) => `- ${finding.rule} allowed: ${plainMarkdown(reason)}`);
  return [...head, ...failed, ...findings.flatMap(findingPart), ...permitted, ...(permitted.length > 0 ? [''] : [])];
}

function findingPart({ rule, severity, place, message, why, safe, rewrite }: Finding): string[] {
  const head = `- ${MARKS[severity]} **${rule}** line ${place.line}: ${plainMarkdown(message)}`;
  if (severity === 'notice') return [head, ''];
  const sql = rewrite ? ['', '  ```sql', ...rewrite.split('\n').map((line) => `  ${line}`), '  ```'] : [];
  return [head, '', `  ${plainMarkdown(why)} **Safe:** ${plainMarkdown(safe)}`, ...sql, ''];
}
