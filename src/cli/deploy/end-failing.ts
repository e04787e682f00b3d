import { terminate } from '../../client/terminate.js';
import { ConfigError } from '../../config/config-error.js';
import { engineTarget } from '../../config/engine-target.js';
import { deployTitle } from '../../contract/names.js';
import { finishDeploy } from '../../engine/acts/finish.js';
import { EngineError } from '../../engine/error.js';
import { actor } from '../actor.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { namedDeploy } from '../named-deploy.js';
import { openTarget } from '../open-target.js';
import type { DecisionSettings } from './decide.js';

/**
 * Ends a deploy whose workflow cannot go on, and which therefore cannot write its last words: Temporal terminates it, and the outcome and
 * the lease are put right from here where the address of the database is known.
 * @param failure why the workflow cannot go on
 */
export async function endFailing(context: Context, settings: DecisionSettings, failure: string): Promise<ExitCode> {
  const opened = await openTarget(context, settings.target).catch((error: unknown) => {
    if (settings.target !== undefined && error instanceof ConfigError) return undefined;
    throw error;
  });
  const name = await namedDeploy(context, settings.target);
  const by = await actor(context, settings.by);
  const reason = settings.reason ?? failure;
  const deployId = await terminate(name, `cancelled by ${by}: ${reason}`);
  const unwritten =
    opened === undefined
      ? 'the database is not known here'
      : await lastWords(() => engineTarget(opened, context.environment), deployId, by, reason);
  const ledger =
    unwritten === undefined
      ? 'Its outcome is recorded and the lease is given back.'
      : `Its outcome and the lease stay until the next deploy takes them over: ${unwritten}.`;
  const answer = `${deployTitle(name)} is ended: ${failure}. What is committed stays. ${ledger}`;
  context.output.report(answer, { ...name, verb: 'cancel', by, reason, answer });
  return EXIT.done;
}

/** @returns why they could not be written */
async function lastWords(
  target: () => Parameters<typeof finishDeploy>[0],
  deployId: string,
  by: string,
  reason: string,
): Promise<string | undefined> {
  try {
    const owner = { deployId, epoch: 0, attempt: Date.now() };
    await finishDeploy(target(), owner, { outcome: 'cancelled', by, reason }, idleControl());
    return undefined;
  } catch (error) {
    if (error instanceof EngineError || error instanceof ConfigError) return error.message;
    throw error;
  }
}
