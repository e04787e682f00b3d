import { resolve } from 'node:path';
import type { CheckReport } from '../../check/report.js';
import type { Context } from '../context.js';
import { checkHtml } from '../view/check-html.js';
import { checkMarkdown } from '../view/check-markdown.js';
import { checkSarif } from '../view/check-sarif.js';
import { writePrivate } from '../../embedded/private-file.js';

/** A check as the text of a file, by format; each has an option of its name. */
export const REPORTS = {
  markdown: checkMarkdown,
  sarif: (report) => `${JSON.stringify(checkSarif(report), null, 2)}\n`,
  html: checkHtml,
} satisfies Record<string, (report: CheckReport, target: string) => string>;

/** Files that a check is to be written to. */
export type ReportFiles = { readonly [Format in keyof typeof REPORTS]?: string | undefined };

/** Writes a check in the formats that were asked for. */
export async function writeReports(
  { cwd, output }: Context,
  files: ReportFiles,
  report: CheckReport,
  target: string,
): Promise<void> {
  for (const format of Object.keys(REPORTS) as (keyof typeof REPORTS)[]) {
    const file = files[format];
    if (file === undefined) continue;
    await writePrivate(resolve(cwd, file), REPORTS[format](report, target));
    output.say(`The report is in ${file}.`);
  }
}
