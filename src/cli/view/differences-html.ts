import type { Difference } from '../../catalog/compare.js';
import { definitions } from './definition.js';
import { CLASSES, headline, summary, type Comparison } from './differences.js';
import { escapeHtml as escape } from './escape-html.js';
import { pageFrame } from './page-frame.js';

const STYLE = `
article{border:1px solid var(--line);border-left-width:4px;border-radius:6px;background:var(--card);padding:.75rem 1rem;margin:.75rem 0}
.breaking article{border-left-color:var(--red)}.behavioural article{border-left-color:var(--amber)}h3{font-family:ui-monospace,Menlo,Consolas,monospace}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.75rem}figure{margin:.5rem 0 0;min-width:0}figcaption{color:var(--dim);font-size:.85rem}
`;

/** The differences as a page. */
export function differencesPage(comparison: Comparison, at = new Date()): string {
  const { a, b, differences } = comparison;
  const title = differences.length === 0 ? 'No differences' : summary(differences);
  return pageFrame({
    title: `pawl diff: ${title}`,
    heading: `Differences of <b>${escape(a)}</b> and <b>${escape(b)}</b>`,
    sum: title,
    good: differences.length === 0,
    about: `<p><i>A is ${escape(a)}, B is ${escape(b)}.</i></p>`,
    main: CLASSES.map((grade) => section(grade, differences)).join(''),
    footer: `Compared ${at.toISOString().slice(0, 19).replace('T', ' ')} UTC.`,
    style: STYLE,
  });
}

function section(grade: Difference['class'], differences: readonly Difference[]): string {
  const those = differences.filter((difference) => difference.class === grade);
  if (those.length === 0) return '';
  return `<section class="${grade}">\n<h2>${grade} (${those.length})</h2>\n${those.map(article).join('')}</section>\n`;
}

function article(difference: Difference): string {
  const { a, b } = definitions(difference);
  return `<article>
<h3>${escape(headline(difference))}</h3>
<p>${escape(difference.effect)}.</p>
<div class="sides">${figure('A', a)}${figure('B', b)}</div>
</article>
`;
}

function figure(name: string, lines: readonly string[] | undefined): string {
  return lines ? `<figure><figcaption>${name}</figcaption><pre>${escape(lines.join('\n'))}</pre></figure>` : '';
}
