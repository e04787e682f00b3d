import type { TargetRelease } from '../../config/release.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-code.js';
import { errorView } from '../view/error.js';
import { moreLine } from '../view/finding.js';
import { foldAlike } from '../view/fold-alike.js';

/**
 * Nothing is started with files that cannot be applied; each kind of fault is shown, not only the first.
 * @throws CliError or the one fault there is
 */
export function refuseFaults({ output }: Context, { faults }: Pick<TargetRelease, 'faults'>): void {
  if (faults.length === 0) return;
  if (faults.length === 1) throw faults[0]!;
  for (const { item, more } of foldAlike(faults, ({ code }) => code)) {
    output.say(errorView(item, output.newsLook));
    if (more > 0) output.say(moreLine(more, item.code, output.newsLook));
  }
  throw new CliError(
    EXIT.failed,
    'FILES_FAULTY',
    `${faults.length} faults in the files; nothing was touched`,
    'Correct what is listed above and run the command again.',
    faults,
  );
}
