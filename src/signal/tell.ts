import type { Dependent } from '../config/schema.js';
import type { Control } from '../engine/control.js';
import type { EngineTarget } from '../engine/target.js';
import { awaitHealthy } from './healthy.js';
import { notify } from './pg-notify.js';
import { signalWorkflow, type WorkflowSignals } from './temporal-signal.js';
import { postWebhook } from './webhook.js';

/** What a dependent is told. */
export interface News {
  readonly target: string;
  readonly release: string;
  readonly digest: string;
  readonly deployId: string;
}

export interface Telling {
  /** The same each time the same news is sent again, so that the receiver can tell it apart from other news. */
  readonly key: string;
  readonly message: News;
  readonly target: EngineTarget;
}

/** Tells one dependent. @returns a sentence for the story of the deploy */
export type Tell = (dependent: Dependent, telling: Telling, control: Control) => Promise<string>;

/** @param signals how Temporal workflows are reached */
export function createTell(environment: NodeJS.ProcessEnv, signals: WorkflowSignals): Tell {
  return (dependent, telling, control) => {
    if ('webhook' in dependent) return postWebhook(dependent.webhook, telling, environment, control);
    if ('pgNotify' in dependent) return notify(dependent.pgNotify, telling);
    if ('temporalSignal' in dependent) return signalWorkflow(dependent.temporalSignal, telling, signals);
    return awaitHealthy(dependent.healthy, control);
  };
}
