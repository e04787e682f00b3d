import type { CheckedMigration, CheckReport, Finding, LockVerdict, RelationLock, Severity } from '../../check/report.js';
import { counted } from '../../text/counted.js';
import { remarksOf, repeatWords, type Remark } from './check-remarks.js';
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
  const told = report.migrations.filter(isWorthTelling);
  const assumption = assumptionWords(report);
  const silent = report.migrations.length - told.length;
  return [
    ...told.flatMap((migration) => [migrationText(migration, look), '']),
    ...remarksOf(report).map((remark) => remarkText(remark, look)),
    ...(silent > 0 ? [paint(look, 'dim', `${counted(silent, 'migration')} with nothing to say`)] : []),
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
  for (const finding of findings) lines.push(findingText(finding, look));
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

function findingText({ rule, severity, place, message, why, safe, rewrite, fixes }: Finding, look: Look): string {
  const [mark, color] = MARKS[severity];
  const lines = [paint(look, color, wrap(`${rule} line ${place.line}: ${message}`, look.columns, `  ${mark} `, '    '))];
  if (severity === 'notice') return lines.join('\n');
  lines.push(paint(look, 'dim', wrap(why, look.columns, '    ')));
  lines.push(wrap(safe, look.columns, '    → ', '      '));
  if (rewrite) lines.push(...rewrite.split('\n').map((line) => paint(look, 'green', `      ${cut(line, 400)}`)));
  if (fixes.length > 0) lines.push(paint(look, 'dim', '      --fix writes it so'));
  return lines.join('\n');
}
