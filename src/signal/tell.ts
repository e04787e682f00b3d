import { awaitHealthy } from './healthy.js';
import { notify } from './pg-notify.js';
import type { Tell } from './telling.js';
import { signalWorkflow, type WorkflowSignals } from './temporal-signal.js';
import { postWebhook } from './webhook.js';

/** @param signals how Temporal workflows are reached */
export function createTell(environment: NodeJS.ProcessEnv, signals: WorkflowSignals): Tell {
  return (dependent, telling, control) => {
    if ('webhook' in dependent) {
      const { key, message } = telling;
      return postWebhook(dependent.webhook, { key, body: { event: 'schema.deployed', ...message } }, environment, control);
    }
    if ('pgNotify' in dependent) return notify(dependent.pgNotify, telling);
    if ('temporalSignal' in dependent) return signalWorkflow(dependent.temporalSignal, telling, signals);
    return awaitHealthy(dependent.healthy, control);
  };
}
