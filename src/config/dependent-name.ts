import type { Dependent } from './schema.js';

/** What the plan and the story call a dependent; no addresses, which may hold secrets. */
export function dependentName(dependent: Dependent): string {
  if ('webhook' in dependent) return `webhook ${dependent.webhook.url.env}`;
  if ('pgNotify' in dependent) return `notify ${dependent.pgNotify}`;
  if ('temporalSignal' in dependent) return `signal ${dependent.temporalSignal.signal} to ${dependent.temporalSignal.workflowId}`;
  return `wait for ${dependent.healthy.url}`;
}
