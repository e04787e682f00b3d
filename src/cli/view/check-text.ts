import type { CheckedMigration, CheckReport, Finding, LockVerdict, RelationLock, Severity } from '../../check/report.js';
import { counted } from '../../text/counted.js';
import { countByRule, groupFindings, type FindingGroup } from './finding-groups.js';
import { isOnlyNotRun, notRunWords, remarksOf, repeatWords, type Remark } from './check-remarks.js';
import {
  assumptionWords,
  durationWords,
  modeWords,
  reasonWords,
  sizeWords,
  summaryWords,
  VERDICT_WORDS,
  whoWaits,
  groundWords,
} from './lock-words.js';
import { cut, pad, paint, spread, wrap, type Look } from './look.js';

/** A check for a terminal: what there is to say of each migration, worst first within a statement, and the sum at the end. */
export function checkText(report: CheckReport, look: Look): string {
  const told = report.migrations.filter((migration) => isWorthTelling(migration) && !isOnlyNotRun(migration));
  const assumption = assumptionWords(report);
  const silent = report.migrations.filter((migration) => !isWorthTelling(migration)).length;
  const notRun = notRunWords(report);
  return [
    ...told.flatMap((migration) => [migrationText(migration, look), '']),
    ...remarksOf(report).map((remark) => remarkText(remark, look)),
    ...(notRun === undefined ? [] : [wrap(notRun, look.columns)]),
    ...(silent > 0 ? [paint(look, 'dim', `${counted(silent, 'migration')} with nothing to say`)] : []),
    ...byRule(report, look),
    ...(report.repeat?.outcome === 'same' ? [paint(look, 'dim', repeatWords(report))] : []),
    spread(
      look,
      paint(
        look,
        report.summary.failed + report.summary.errors > 0 ? 'red' : 'green',
        `${summaryWords(report.summary)} in ${counted(report.migrations.length, 'migration')}`,
      ),
      paint(look, 'dim', groundWords(report)),
    ),
    ...(assumption === undefined ? [] : [wrap(assumption, look.columns, '  ')]),
  ].join('\n');
}

/** Locks that stop nobody are not worth a line of their own. */
function isWorthTelling({ outcome, findings, locks }: CheckedMigration): boolean {
  return outcome !== 'ran' || findings.length > 0 || locks.some(({ verdict }) => verdict !== 'SAFE');
}

function migrationText(migration: CheckedMigration, look: Look): string {
  const { path, stage, outcome, failure, findings, locks, allowed } = migration;
  const lines = [spread(look, paint(look, 'bold', path), paint(look, 'dim', outcome === 'ran' ? stage : `${stage}, ${outcome}`))];
  if (failure) {
    lines.push(paint(look, 'red', wrap(failure.message, look.columns, '  ✗ ', '    ')));
    if (failure.excerpt) lines.push(failure.excerpt.replace(/^/gm, '      '));
    lines.push(wrap(failure.next, look.columns, '    '));
  }
  for (const lock of locks.filter(({ verdict }) => verdict !== 'SAFE')) lines.push(lockText(lock, migration, look));
  for (const group of groupFindings(findings)) lines.push(groupText(group, look));
  for (const { finding, reason } of allowed)
    lines.push(paint(look, 'dim', wrap(`${finding.rule} allowed: ${reason}`, look.columns, '  · ', '    ')));
  return lines.join('\n');
}

const VERDICT_COLORS: Record<LockVerdict, 'green' | 'cyan' | 'yellow' | 'red'> = {
  SAFE: 'green',
  BRIEF: 'cyan',
  BLOCKS_WRITES: 'yellow',
  OUTAGE: 'red',
};

function lockText(lock: RelationLock, { statements }: CheckedMigration, look: Look): string {
  const verdict = paint(look, VERDICT_COLORS[lock.verdict], VERDICT_WORDS[lock.verdict].toUpperCase());
  const line = statements[lock.statement]?.line ?? 0;
  const size = lock.size ? ` (${sizeWords(lock.size)})` : '';
  const left = `  ${pad(verdict, 14)} line ${line}: ${lock.relation}${size}, ${modeWords(lock.mode)}`;
  const right = `${whoWaits(lock)} wait ${durationWords(lock)}: ${reasonWords(lock)}`;
  return `${left}\n${paint(look, 'dim', wrap(right, look.columns, ' '.repeat(17)))}`;
}

const MARKS: Record<Severity, readonly [mark: string, color: 'red' | 'yellow' | 'cyan']> = {
  error: ['✗', 'red'],
  warning: ['!', 'yellow'],
  notice: ['·', 'cyan'],
};

function remarkText({ severity, message, next, excerpt }: Remark, look: Look): string {
  const [mark, color] = MARKS[severity];
  const lines = [paint(look, color, wrap(message, look.columns, `${mark} `, '  '))];
  if (excerpt) lines.push(excerpt.replace(/^/gm, '    '));
  if (next !== '') lines.push(wrap(next, look.columns, '  → ', '    '));
  return [...lines, ''].join('\n');
}

/** More of one kind in one file are only counted, with their lines. */
const SHOWN = 3;

/** The first finding of a kind in full; the next ones share why it hurts and how to do better. */
function groupText({ first, findings }: FindingGroup, look: Look): string {
  const shown = findings.length > SHOWN + 1 ? findings.slice(1, SHOWN) : findings.slice(1);
  const rest = findings.slice(1 + shown.length);
  const lines = [findingText(first, look)];
  for (const { place, message, rewrite } of shown) {
    lines.push(paint(look, MARKS[first.severity][1], wrap(`line ${place.line}: ${message}`, look.columns, '    ', '      ')));
    if (first.severity !== 'notice') lines.push(...rewriteLines(rewrite, look));
  }
  if (rest.length > 0) {
    const at = rest.map(({ place }) => place.line).join(', ');
    lines.push(paint(look, 'dim', wrap(`and ${rest.length} more of ${first.rule}, at the lines ${at}`, look.columns, '    ')));
  }
  return lines.join('\n');
}

function rewriteLines(rewrite: string | undefined, look: Look): string[] {
  return rewrite?.split('\n').map((line) => paint(look, 'green', `      ${cut(line, 400)}`)) ?? [];
}

/** What each rule found, all files together; where there is one finding only, it has been read already. */
function byRule(report: CheckReport, look: Look): string[] {
  const counts = countByRule(report);
  if (counts.reduce((sum, { count }) => sum + count, 0) < 2) return [];
  const rows = counts.map(({ rule, title, severity, count, files }) => {
    const [mark, color] = MARKS[severity];
    const amount = pad(counted(count, severity), 14);
    return `  ${paint(look, color, `${mark} ${rule}`)}  ${amount} in ${counted(files, 'file')}: ${title}`;
  });
  return [...rows, paint(look, 'dim', '  pawl check --explain <rule> says what a rule is about and what to do instead.'), ''];
}

function findingText({ rule, severity, place, message, why, safe, rewrite, fixes }: Finding, look: Look): string {
  const [mark, color] = MARKS[severity];
  const lines = [paint(look, color, wrap(`${rule} line ${place.line}: ${message}`, look.columns, `  ${mark} `, '    '))];
  if (severity === 'notice') return lines.join('\n');
  lines.push(paint(look, 'dim', wrap(why, look.columns, '    ')));
  lines.push(wrap(safe, look.columns, '    → ', '      '));
  lines.push(...rewriteLines(rewrite, look));
  if (fixes.length > 0) lines.push(paint(look, 'dim', '      --fix writes it so'));
  return lines.join('\n');
}
