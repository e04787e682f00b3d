import type { TargetRelease } from '../../config/release.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-code.js';
import { errorView } from '../view/error.js';

/**
 * Nothing is started with files that cannot be applied; all of them are listed, not only the first.
 * @throws CliError or the one fault there is
 */
export function refuseFaults({ output }: Context, { faults }: Pick<TargetRelease, 'faults'>): void {
  if (faults.length === 0) return;
  if (faults.length === 1) throw faults[0]!;
  for (const fault of faults) output.say(errorView(fault, output.newsLook));
  throw new CliError(
    EXIT.failed,
    'FILES_FAULTY',
    `${faults.length} faults in the files; nothing was touched`,
    'Correct what is listed above and run the command again.',
    faults,
  );
}
