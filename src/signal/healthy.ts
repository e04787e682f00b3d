import { setTimeout as sleep } from 'node:timers/promises';
import { milliseconds } from '../text/duration.js';
import type { Dependent } from '../config/schema.js';
import type { Control } from '../engine/control.js';
import { EngineError } from '../engine/error.js';
import { describeStatus } from './describe-status.js';

type Healthy = Extract<Dependent, { healthy: unknown }>['healthy'];

/** Waits until a service answers its health address with 2xx. */
export async function awaitHealthy({ url, within, every }: Healthy, control: Control): Promise<string> {
  const deadline = Date.now() + milliseconds(within);
  for (;;) {
    const answer = await look(url, control.signal);
    if (answer === 'healthy') return `${url} is healthy`;
    control.report({ name: url, doing: `waiting until healthy (${answer})` });
    if (Date.now() > deadline) {
      throw new EngineError('SIGNAL_UNHEALTHY', 'blocked', `${url} was not healthy within ${within}: ${answer}`, {
        next: 'Look at the service; the schema is in place. Then retry.',
      });
    }
    await sleep(milliseconds(every), undefined, { signal: control.signal });
  }
}

async function look(url: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
    await response.body?.cancel();
    return response.ok ? 'healthy' : describeStatus(response.status);
  } catch (error) {
    signal.throwIfAborted();
    const { cause, name } = error as { cause?: { code?: string; message?: string }; name: string };
    return cause?.code ?? cause?.message ?? name;
  }
}
