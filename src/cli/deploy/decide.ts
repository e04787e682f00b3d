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
  /** Serve the deploy from this process, and follow it. */
  readonly withWorker?: boolean | undefined;
}

/** A verb, with what it needs beside the common settings. */
type VerbWithDetails = DecideOptions extends infer Options
  ? Options extends { readonly verb: string }
    ? Omit<Options, 'client' | 'target' | 'by' | 'reason'>
    : never
  : never;

/**
 * Sends an operator's decision and reports the answer, or with a worker of its own how the deploy ends. A target that is named needs no configuration here:
 * whoever is on call may have Temporal and nothing else.
 */
export async function decide(context: Context, decision: VerbWithDetails, settings: DecisionSettings): Promise<ExitCode> {
  const { reason } = settings;
  const name = await namedDeploy(context, settings.target);
  const by = await actor(context, settings.by);
  const whole = { ...decision, ...name, by, ...(reason === undefined ? {} : { reason }) } as DecideOptions;
  if (settings.withWorker) {
    const { decideWithWorker } = await import('./decide-with-worker.js');
    return decideWithWorker(context, settings.target, whole);
  }
  const answer = await send(whole);
  context.output.report(answer, { ...name, verb: decision.verb, by, reason, answer });
  return EXIT.done;
}
