import { readFile } from 'node:fs/promises';
import { nearest } from '../../engine/nearest.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { packageFile } from '../package-file.js';
import { explanations, explanationView } from '../view/explanation.js';

export interface ExplainSettings {
  /** As an error, a finding or a check shows it: `LEDGER_EDITED`, `IX001`. */
  readonly code: string;
}

/** The pages that the package ships, of which tests hold that they have every code. */
const PAGES = ['docs/errors.md', 'docs/checking.md'];

/** Says what a code means and what to do about it: what the documentation says, without looking for it. */
export const explain: Command<ExplainSettings> = async ({ output }, { code }) => {
  const known = (await Promise.all(PAGES.map(readPage))).flat();
  const wanted = code.toUpperCase().replaceAll('-', '_');
  const explanation = known.find((one) => one.code === wanted);
  if (explanation) {
    output.report(explanationView(explanation, output.look), explanation);
    return EXIT.done;
  }
  const similar = nearest(
    wanted,
    known.map((one) => one.code),
  );
  throw new CliError(
    EXIT.usage,
    'USAGE',
    `there is no code ${code}`,
    similar === undefined ? 'All codes are in docs/errors.md.' : `Did you mean ${similar}? All codes are in docs/errors.md.`,
  );
};

async function readPage(page: string): Promise<ReturnType<typeof explanations>> {
  return explanations(page, await readFile(packageFile(page), 'utf8'));
}
