import type { Finding } from '../../contract/deploy.js';
import { paint, wrap, type Look } from './look.js';

/** Findings, errors first, each with its next step. */
export function findingList(findings: readonly Finding[], look: Look): string {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  return [...errors, ...warnings].map((finding) => findingText(finding, look)).join('\n');
}

function findingText({ severity, message, next }: Finding, look: Look): string {
  const mark = severity === 'error' ? '✗' : '!';
  const text = paint(look, severity === 'error' ? 'red' : 'yellow', wrap(message, look.columns, `${mark} `, '  '));
  return next ? `${text}\n${wrap(next, look.columns, '  ')}` : text;
}
