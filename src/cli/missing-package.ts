import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';

/** Packages that Pawl comes without where they were left out, and what needs them. */
const OPTIONAL: Readonly<Record<string, string>> = {
  '@temporalio/core-bridge': 'a worker (also that of `pawl dev` and `pawl deploy --with-worker`)',
};

/** What to install, where an error says that one of Pawl's optional packages is not there; undefined for any other error. */
export function missingPackage(error: unknown): CliError | undefined {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof message !== 'string' || (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND')) return undefined;
  const name = Object.keys(OPTIONAL).find((known) => message.includes(`'${known}'`));
  if (name === undefined) return undefined;
  return new CliError(
    EXIT.usage,
    'PACKAGE_MISSING',
    `the package ${name}, which ${OPTIONAL[name]} needs, is not installed`,
    `Install Pawl without --omit=optional: npm install --include=optional`,
  );
}
