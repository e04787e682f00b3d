import type { CheckedMigration, CheckReport, Finding } from '../../check/report.js';
import { counted } from '../../text/counted.js';
import { remarksOf, repeatWords, type Remark } from './check-remarks.js';
import { checkStyle } from './check-style.js';
import { escapeHtml as e, sentenceHtml } from './escape-html.js';
import { lockTimeline } from './lock-timeline.js';
import { assumptionWords, summaryWords, VERDICT_WORDS, VERDICTS } from './lock-words.js';
import { pageFrame } from './page-frame.js';

/** A check as one page that needs nothing else: who waits for which table and how long, and what to write instead. */
export function checkHtml(report: CheckReport, target: string): string {
  const { summary, migrations } = report;
  const bad = summary.failed + summary.errors > 0;
  const told = migrations.filter(({ outcome, findings, allowed }) => outcome !== 'ran' || findings.length + allowed.length > 0);
  return pageFrame({
    title: `pawl check: ${target}`,
    heading: `Check of <b>${e(target)}</b>`,
    sum: `${counted(migrations.length, 'migration')}: ${summaryWords(summary)}`,
    good: !bad,
    about: `<p class="verdicts"><i>Locks:</i>${VERDICTS.toReversed()
      .map((verdict) => `<span class="chip ${verdict}"><b>${summary.verdicts[verdict]}</b> ${VERDICT_WORDS[verdict]}</span>`)
      .join('')}</p>`,
    main: `${remarksOf(report).map(remarkPart).join('')}${lockTimeline(report)}
${told.length > 0 ? `<section><h2>Findings</h2>${told.map(migrationPart).join('')}</section>` : ''}`,
    footer: `Measured on PostgreSQL ${e(report.serverVersion)}, TimeZone ${e(report.timeZone)}, on ${e(report.start ?? 'an empty database')}. ${
      report.sized
        ? 'Durations are rough: the size of the table on the target over an ordinary disk’s speed.'
        : 'Table sizes are unknown: each is taken for a large one.'
    } ${report.repeat?.outcome === 'same' ? `Also ${e(repeatWords(report))}.` : ''} ${e(assumptionWords(report) ?? '')}`,
    style: checkStyle,
  });
}

function migrationPart({ path, stage, outcome, failure, findings, allowed }: CheckedMigration): string {
  const worst = failure
    ? 'error'
    : (findings.find(({ severity }) => severity === 'error')?.severity ?? findings[0]?.severity ?? 'notice');
  return `<details class="file" ${worst === 'notice' ? '' : 'open'}><summary><code>${e(path)}</code> <i>${e(stage)}${
    outcome === 'ran' ? '' : `, ${outcome}`
  }</i></summary>${failure ? failurePart(failure) : ''}${findings.map(findingPart).join('')}${allowed
    .map(({ finding, reason }) => `<p class="allowed"><b>${e(finding.rule)}</b> allowed: ${e(reason)}</p>`)
    .join('')}</details>`;
}

function remarkPart({ severity, message, next, excerpt }: Remark): string {
  return `<article class="${severity}"><h3>${sentenceHtml(message)}</h3>${excerpt ? `<pre>${e(excerpt)}</pre>` : ''}${next ? `<p class="safe">${sentenceHtml(next)}</p>` : ''}</article>`;
}

function failurePart({ message, next, excerpt }: NonNullable<CheckedMigration['failure']>): string {
  return `<article class="error"><h3>${sentenceHtml(message)}</h3>${excerpt ? `<pre>${e(excerpt)}</pre>` : ''}<p class="safe">${sentenceHtml(next)}</p></article>`;
}

function findingPart({ rule, severity, place, message, why, safe, rewrite }: Finding): string {
  return `<article class="${severity}"><h3><b>${e(rule)}</b> <span>line ${place.line}</span> ${sentenceHtml(message)}</h3>
<p>${sentenceHtml(why)}</p><p class="safe">${sentenceHtml(safe)}</p>${rewrite ? `<pre>${e(rewrite)}</pre>` : ''}</article>`;
}
