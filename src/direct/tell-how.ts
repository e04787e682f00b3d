import { notificationName } from '../config/notification.js';
import type { Control } from '../engine/control.js';
import type { HeldTarget } from '../config/held-target.js';
import type { EngineError } from '../engine/error.js';
import { sendNotification } from '../signal/notification.js';
import { persist } from './persist.js';

/** Milliseconds for which a notification is tried. */
const PATIENCE = 10_000;

/** Of last words: the caller's control may be aborted. */
const UNSTOPPED: Control = { signal: new AbortController().signal, report: () => undefined };

export interface DirectEnd {
  readonly held: HeldTarget;
  readonly label: string;
  readonly by: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (text: string) => void;
}

/** Tells people how a deploy has ended. What cannot be delivered is said, and changes nothing. */
export async function tellHow(
  { held, label, by, environment, say }: DirectEnd,
  deployId: string,
  on: 'done' | 'failed',
  what: string,
  fault?: EngineError,
): Promise<void> {
  const { target, release, root, notify } = held;
  const news = {
    ...{ on, what, target: target.name, environment: target.environment, startedBy: by },
    release: { digest: release.digest, label },
    since: new Date().toISOString(),
    fault: fault && { code: fault.code, message: fault.message, next: fault.next, version: fault.version },
    commands: on === 'done' ? [] : [{ command: `pawl deploy ${target.name} --direct`, effect: 'continue where it stopped' }],
  };
  for (const [index, notification] of notify.entries()) {
    if (!notification.on.includes(on)) continue;
    const notice = { news, key: `${deployId}-${on}-${index}` };
    const sender = { environment, root, showValues: target.showValues, log: say };
    try {
      await persist(PATIENCE, UNSTOPPED, say, () => sendNotification(notification, notice, sender, UNSTOPPED));
      say(`notified ${notificationName(notification)}: ${on}`);
    } catch (error) {
      say(`nobody was notified (${on}): ${(error as Error).message}`);
    }
  }
}
