import type { Inspection } from '../contract/activities.js';
import { counted } from '../text/counted.js';
import { codeSpan, plainMarkdown } from '../text/markdown.js';

export interface Look {
  readonly target: string;
  /** Of the release. */
  readonly label: string;
  /** ISO 8601. */
  readonly at: string;
  readonly inspection: Inspection;
  /** Who was told of it. */
  readonly told?: readonly string[] | undefined;
}

/** What a scheduled look has found, as a Markdown page for the Web UI. */
export function verifyDetails({ target, label, at, inspection, told = [] }: Look): string {
  const { applied, files, findings, moreFindings } = inspection;
  const list = findings.map(
    ({ severity, code, message, next }) =>
      `- ${severity} ${codeSpan(code)}: ${plainMarkdown(message)}${next ? ` ${plainMarkdown(next)}` : ''}`,
  );
  const more = moreFindings > 0 ? [`- and ${moreFindings} more: ${codeSpan(`pawl verify ${target}`)}`] : [];
  return [
    `**${plainMarkdown(target)}** held against release **${plainMarkdown(label)}**, ${at}: ${counted(files, 'file')}, ${applied} applied`,
    '',
    ...(list.length === 0 ? ['Nothing differs.'] : list),
    ...more,
    ...(told.length === 0 ? [] : ['', ...told.map((line) => `- ${plainMarkdown(line)}`)]),
  ].join('\n');
}
