import type { Finding } from '../../contract/deploy.js';
import { foldAlike } from './fold-alike.js';
import { paint, wrap, type Look } from './look.js';

/** Findings, errors first, each with its code and its next step; of many alike ones the first. */
export function findingList(findings: readonly Finding[], look: Look): string {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  return foldAlike([...errors, ...warnings], ({ severity, code }) => `${severity} ${code}`)
    .map(({ item, more }) => [findingText(item, look), ...(more > 0 ? [moreLine(more, item.code, look)] : [])].join('\n'))
    .join('\n');
}

function findingText({ severity, code, message, next }: Finding, look: Look): string {
  const mark = severity === 'error' ? '✗' : '!';
  const text = paint(look, severity === 'error' ? 'red' : 'yellow', wrap(`${message} [${code}]`, look.columns, `${mark} `, '  '));
  return next ? `${text}\n${wrap(next, look.columns, '  ')}` : text;
}

/** What stands behind the shown ones of a kind. */
export function moreLine(more: number, code: string, look: Look): string {
  return paint(look, 'dim', `  … and ${more} more like it [${code}]`);
}
