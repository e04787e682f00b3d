import { randomUUID } from 'node:crypto';
import type { HeldFleet } from '../../config/hold-fleet.js';
import type { RolloutChoice } from '../../config/rollout.js';
import { rollOutDirectly } from '../../fleet/direct.js';
import type { Context } from '../context.js';
import type { ExitCode } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { createFleetNews } from './news.js';
import { reportRollout } from './report.js';

export interface DirectSettings extends RolloutChoice {
  readonly fleet: HeldFleet;
  readonly label: string;
  readonly by: string;
  readonly interrupt: AbortSignal;
}

/** Rolls out from this process, without Temporal. @returns the exit code */
export async function rollOutFromHere(context: Context, settings: DirectSettings): Promise<ExitCode> {
  const { output, environment } = context;
  const { fleet, label, by, only, wave, interrupt } = settings;
  output.say(
    'Rolling out without Temporal: this process does the work, and when it dies the next rollout continues. Ctrl-C cancels.',
  );
  const since = Date.now();
  const news = createFleetNews(output, since);
  const rollout = { id: randomUUID(), label, by, environment: { ...environment } };
  try {
    const control = idleControl(interrupt);
    const status = await rollOutDirectly({ fleet, rollout, only, wave, control, onSight: (...sight) => news.sight(...sight) });
    news.end();
    return reportRollout(context, status, { since, open: false });
  } finally {
    news.end();
  }
}
