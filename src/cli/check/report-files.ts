import { resolve } from 'node:path';
import type { CheckReport } from '../../check/report.js';
import type { Context } from '../context.js';
import { checkHtml } from '../view/check-html.js';
import { checkMarkdown } from '../view/check-markdown.js';
import { checkSarif } from '../view/check-sarif.js';
import { writePrivate } from '../../embedded/private-file.js';

/** Files that a check is to be written to. */
export interface ReportFiles {
  readonly markdown?: string | undefined;
  readonly sarif?: string | undefined;
  readonly html?: string | undefined;
}

/** Writes a check in the formats that were asked for. */
export async function writeReports(
  { cwd, output }: Context,
  { markdown, sarif, html }: ReportFiles,
  report: CheckReport,
  target: string,
): Promise<void> {
  const write = async (file: string | undefined, text: () => string): Promise<void> => {
    if (file === undefined) return;
    await writePrivate(resolve(cwd, file), text());
    output.say(`The report is in ${file}.`);
  };
  await write(markdown, () => checkMarkdown(report));
  await write(sarif, () => `${JSON.stringify(checkSarif(report), null, 2)}\n`);
  await write(html, () => checkHtml(report, target));
}
