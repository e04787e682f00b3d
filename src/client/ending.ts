import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { DeployResult, DeployStatus } from '../contract/deploy.js';
import type { DeployRun } from './deploy-run.js';
import { pause } from './pause.js';

/** How following a deploy ended. `status` is the last one that a worker told. */
export type Ending =
  | {
      readonly kind: 'done' | 'cancelled' | 'superseded';
      readonly result?: DeployResult | undefined;
      readonly status?: DeployStatus | undefined;
    }
  | { readonly kind: 'failed'; readonly message: string; readonly status?: DeployStatus | undefined }
  | { readonly kind: 'blocked'; readonly status: DeployStatus }
  | { readonly kind: 'detached'; readonly status?: DeployStatus | undefined };

/** What there is to say about it, as one sentence. */
export function endingMessage(ending: Ending): string | undefined {
  switch (ending.kind) {
    case 'failed':
      return ending.message;
    case 'blocked':
      return ending.status.fault?.message;
    case 'done':
    case 'cancelled':
    case 'superseded':
      return ending.result?.message;
    case 'detached':
      return 'the deploy continues';
  }
}

/** Milliseconds between attempts to hear from a Temporal that is away. */
const AGAIN = 1_000;
/** Milliseconds for which one question about the end is asked. */
const ROUND = 120_000;

/** Waits for the end of a deploy for as long as it takes, whether or not Temporal is up all the time. */
export async function outcomeOf(run: DeployRun, runId: string, signal: AbortSignal): Promise<Ending> {
  while (!signal.aborted) {
    // Each long poll leaves a listener with the signal that it is given.
    const round = new AbortController();
    const stop = (): void => round.abort();
    const timer = setTimeout(stop, ROUND);
    signal.addEventListener('abort', stop);
    try {
      const result = (await run.client.withAbortSignal(round.signal, () => run.handle(runId).result())) as DeployResult;
      return { kind: result.outcome, result, status: result.status };
    } catch (error) {
      if (error instanceof WorkflowFailedError) return failureEnding(error);
      if (error instanceof WorkflowNotFoundError) return { kind: 'failed', message: 'Temporal no longer knows this deploy' };
      await pause(AGAIN, signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }
  return { kind: 'detached' };
}

function failureEnding({ cause, message }: WorkflowFailedError): Ending {
  if (cause instanceof CancelledFailure) return { kind: 'cancelled' };
  if (cause instanceof TerminatedFailure) return { kind: 'failed', message: `the deploy was terminated: ${cause.message}` };
  if (cause instanceof ApplicationFailure) {
    const status = cause.details?.[0] as DeployStatus | undefined;
    return { kind: 'failed', message: cause.message, ...(status?.stages ? { status } : {}) };
  }
  return { kind: 'failed', message: cause?.message ?? message };
}
