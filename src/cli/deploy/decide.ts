import { decide as send, type DecideOptions } from '../../client/decide.js';
import { actor } from '../actor.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { namedDeploy } from '../named-deploy.js';

/** What every operator's verb takes. */
export interface DecisionSettings {
  readonly target?: string | undefined;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

/** A verb, with what it needs beside the common settings. */
type VerbWithDetails = DecideOptions extends infer Options
  ? Options extends { readonly verb: string }
    ? Omit<Options, 'client' | 'target' | 'by' | 'reason'>
    : never
  : never;

/**
 * Sends an operator's decision and reports the answer. A target that is named needs no configuration here:
 * whoever is on call may have Temporal and nothing else.
 */
export async function decide(context: Context, decision: VerbWithDetails, settings: DecisionSettings): Promise<ExitCode> {
  const { reason } = settings;
  const name = await namedDeploy(context, settings.target);
  const by = await actor(context, settings.by);
  const answer = await send({ ...decision, ...name, by, ...(reason === undefined ? {} : { reason }) } as DecideOptions);
  context.output.report(answer, { ...name, verb: decision.verb, by, reason, answer });
  return EXIT.done;
}
