import { milliseconds } from '../text/duration.js';
import { environmentValue } from '../config/resolve.js';
import type { Dependent } from '../config/schema.js';
import type { Control } from '../engine/control.js';
import { EngineError } from '../engine/error.js';
import { describeStatus } from './describe-status.js';

export type Webhook = Extract<Dependent, { webhook: unknown }>['webhook'];

export interface Post {
  /** The same each time the same news is sent again, so that the receiver can tell it apart from other news. */
  readonly key: string;
  readonly body: unknown;
}

/** POSTs JSON, with an `Idempotency-Key`. Anything but 2xx is tried again. */
export async function postWebhook(
  webhook: Webhook,
  { key, body }: Post,
  environment: NodeJS.ProcessEnv,
  control: Control,
): Promise<string> {
  const url = environmentValue(webhook.url.env, environment);
  const own = Object.entries(webhook.headers ?? {}).map(([name, value]): [string, string] => [
    name,
    environmentValue(value.env, environment),
  ]);
  const response = await fetch(url, {
    method: 'POST',
    // Followed, it would become a GET without a body, or carry our headers to another host.
    redirect: 'manual',
    headers: { ...Object.fromEntries(own), 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
    signal: AbortSignal.any([control.signal, AbortSignal.timeout(milliseconds(webhook.timeout))]),
  }).catch((error: unknown) => {
    throw unanswered(webhook, (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name);
  });
  await response.body?.cancel();
  if (!response.ok) throw unanswered(webhook, describeStatus(response.status));
  return `webhook ${webhook.url.env} answered ${response.status}`;
}

/** The address stays out of it: it may hold a token. */
function unanswered({ url }: Webhook, what: string): EngineError {
  return new EngineError('SIGNAL_FAILED', 'retry', `the webhook of ${url.env} was not delivered: ${what}`, {
    next: 'It is sent again with the same idempotency key. Check the receiver, or retry later.',
  });
}
