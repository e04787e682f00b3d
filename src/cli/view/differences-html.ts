import type { Difference } from '../../catalog/compare.js';
import { definitions } from './definition.js';
import { CLASSES, headline, summary, type Comparison } from './differences.js';
import { escapeHtml as escape } from './escape-html.js';

const STYLE = `
  :root { color-scheme: light dark; --line: light-dark(#d8dee4, #3d444d); --soft: light-dark(#59636e, #9198a1); }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.4rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin-top: 2rem; } h3 { font: 600 .95rem/1.4 ui-monospace, monospace; margin: 0; overflow-wrap: anywhere; }
  article { border: 1px solid var(--line); border-left-width: 4px; border-radius: 6px; padding: .75rem 1rem; margin: .75rem 0; }
  .breaking article { border-left-color: light-dark(#cf222e, #f85149); } .behavioural article { border-left-color: light-dark(#9a6700, #d29922); }
  .cosmetic article { border-left-color: var(--line); }
  article p { margin: .25rem 0 0; } .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: .75rem; }
  figure { margin: .5rem 0 0; min-width: 0; } figcaption, .about { color: var(--soft); font-size: .85rem; }
  pre { margin: 0; overflow-x: auto; font: .85rem/1.45 ui-monospace, monospace; }`;

/** The differences as one HTML page that needs nothing else: no script, no font, no network. */
export function differencesPage(comparison: Comparison): string {
  const { a, b, differences } = comparison;
  const title = differences.length === 0 ? 'No differences' : summary(differences);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${STYLE}
</style>
<h1>${escape(title)}</h1>
<p class="about">A is ${escape(a)}, B is ${escape(b)}.</p>
${CLASSES.map((grade) => section(grade, differences)).join('')}</html>
`;
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
