import type { Sight } from './on-call.js';

export interface Told {
  readonly title: string;
  /** What happened, as a sentence. */
  readonly story: string;
  readonly sight: Sight;
}

/** The night as a page of documentation. */
export function transcript(steps: readonly Told[], leftOut: readonly string[], introduction: string): string {
  const parts = steps.map(({ title, story, sight }) =>
    [
      `## ${title}`,
      story,
      fence(`$ pawl status orders\n${sight.status}`),
      sight.alerts.length === 0 ? 'No alert.' : `Alerts:\n\n${sight.alerts.map((line) => `- ${line}`).join('\n')}`,
      `<details><summary>The page in the Web UI</summary>\n\n${fence(sight.page, 'markdown')}\n\n</details>`,
    ].join('\n\n'),
  );
  return `${[introduction, ...parts, ...leftOut.map((line) => `Left out: ${line}.`)].join('\n\n')}\n`;
}

/** With more backticks than the text has. */
function fence(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}${language}\n${text.trimEnd()}\n${marks}`;
}
