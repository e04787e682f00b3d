import type { UpdateDefinition } from '@temporalio/client';
import type { Decision } from '../../contract/messages.js';
import { sendDecision } from '../../client/decide.js';
import { DeployRun } from '../../client/deploy-run.js';
import { connectClient } from '../../temporal/connection.js';
import { actor } from '../actor.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { openTarget } from '../open-target.js';

/** What every operator's verb takes. */
export interface DecisionSettings {
  readonly target?: string | undefined;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * Sends an operator's decision and reports the answer. A target that is named needs no configuration here:
 * whoever is on call may have Temporal and nothing else.
 */
export async function decide<D extends Decision>(
  context: Context,
  verb: UpdateDefinition<string, [D]>,
  settings: DecisionSettings,
  more: Omit<D, 'by' | 'reason'>,
): Promise<ExitCode> {
  const target = settings.target ?? (await openTarget(context, undefined)).name;
  const by = await actor(context, settings.by);
  const decision = { ...more, by, ...(settings.reason === undefined ? {} : { reason: settings.reason }) } as unknown as D;
  const link = await connectClient();
  try {
    const answer = await sendDecision(new DeployRun(link, target), verb, decision);
    context.output.report(answer, { target, verb: verb.name, by, reason: settings.reason, answer });
    return EXIT.done;
  } finally {
    await link.close();
  }
}
