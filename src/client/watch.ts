import type { DeployRun } from './deploy-run.js';
import type { Sight } from './follow.js';
import { isEnded } from './overrule.js';
import { pause } from './pause.js';

/** Milliseconds between two looks. */
const INTERVAL = 500;

/**
 * Looks at whatever deploy of the target runs or ran last, also at those that follow it, until it has ended. It only looks.
 * @returns how the deploy ended; undefined when `interrupt` was aborted before
 */
export async function* watch(run: DeployRun, interrupt: AbortSignal): AsyncGenerator<Sight, string | undefined> {
  while (!interrupt.aborted) {
    const status = await run.status();
    if (typeof status === 'string') {
      const ended = status === 'no worker' ? await endOf(run) : undefined;
      if (ended !== undefined) return ended;
      yield { silence: status };
    } else {
      yield { status };
      if (isEnded(status.state)) return status.state;
    }
    await pause(INTERVAL, interrupt);
  }
  return undefined;
}

/** What Temporal alone knows of a deploy that has ended. */
async function endOf(run: DeployRun): Promise<string | undefined> {
  const facts = await run.facts();
  return facts?.open ? undefined : facts?.state.toLowerCase();
}
