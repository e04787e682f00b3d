import type { Dependent } from '../config/schema.js';
import { EngineError } from '../engine/error.js';
import type { DeployNews, Telling } from './telling.js';

type TemporalSignal = Extract<Dependent, { temporalSignal: unknown }>['temporalSignal'];

/** The part of a Temporal client that is needed here. */
export interface WorkflowSignals {
  send(workflowId: string, signal: string, argument: DeployNews & { readonly key: string }): Promise<void>;
}

/** Signals a workflow; one that does not run cannot be told, which an operator has to know. */
export async function signalWorkflow(
  { workflowId, signal }: TemporalSignal,
  { key, message }: Telling,
  signals: WorkflowSignals,
): Promise<string> {
  try {
    await signals.send(workflowId, signal, { ...message, key });
  } catch (error) {
    if ((error as Error).name !== 'WorkflowNotFoundError') throw undelivered(workflowId, 'retry', (error as Error).message);
    throw undelivered(workflowId, 'blocked', 'no workflow with this id is running');
  }
  return `signalled ${workflowId} with ${signal}`;
}

function undelivered(workflowId: string, verdict: 'retry' | 'blocked', what: string): EngineError {
  return new EngineError('SIGNAL_FAILED', verdict, `workflow ${workflowId} was not signalled: ${what}`, {
    next: 'Start the workflow, or correct `temporalSignal.workflowId`; then retry.',
  });
}
