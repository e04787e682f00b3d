import { engineTarget } from '../../config/engine-target.js';
import { backfillStatus as readStatus, tuneBackfill } from '../../engine/acts/tune-backfill.js';
import type { BackfillRow, BackfillWish } from '../../engine/ledger/backfills.js';
import { milliseconds } from '../../text/duration.js';
import { actor } from '../actor.js';
import { CliError } from '../cli-error.js';
import type { Command, Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { openTarget } from '../open-target.js';
import { backfillsView } from '../view/backfill.js';

interface Named {
  readonly target?: string | undefined;
}

export interface TuneFlags extends Named {
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

export interface SpeedFlags extends TuneFlags {
  readonly batch?: string | undefined;
  readonly pace?: number | undefined;
}

/** Shows how far each backfill is. */
export const backfillStatus: Command<Named> = async (context, { target }) => {
  const opened = await openTarget(context, target);
  const engine = engineTarget(opened, context.environment);
  const backfills = await readStatus(engine);
  const told = engine.showValues ? backfills : backfills.map(withoutKeys);
  context.output.report(backfillsView(opened.name, backfills), { target: opened.name, backfills: told });
  return EXIT.done;
};

/** How far it is in the table's own key, which may be an address or a name, stays in the ledger. */
function withoutKeys<T extends Pick<BackfillRow, 'cursor' | 'upto'>>(row: T): Omit<T, 'cursor' | 'upto'> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'cursor' && name !== 'upto')) as Omit<
    T,
    'cursor' | 'upto'
  >;
}

/** Stops a backfill before its next batch. */
export const pauseBackfill: Command<TuneFlags> = (context, flags) =>
  tune(context, flags, (by) => ({ paused: { by, reason: flags.reason } }), 'stops before its next batch; what is done stays');

/** Lets it go on. */
export const resumeBackfill: Command<TuneFlags> = (context, flags) => tune(context, flags, () => ({ paused: null }), 'continues');

/** Changes its pace. */
export const speedBackfill: Command<SpeedFlags> = (context, flags) => {
  const { batch, pace } = flags;
  if (batch === undefined && pace === undefined)
    throw new CliError(
      EXIT.usage,
      'USAGE',
      'backfill speed needs --batch or --pace',
      'pawl backfill speed [target] --batch 100ms',
    );
  const wish = { batch: batch === undefined ? undefined : Math.round(milliseconds(batch)), pace };
  return tune(context, flags, () => wish, 'has this pace from its next batch on');
};

async function tune(context: Context, flags: TuneFlags, wishOf: (by: string) => BackfillWish, effect: string): Promise<ExitCode> {
  const opened = await openTarget(context, flags.target);
  const by = await actor(context, flags.by);
  const { reason } = flags;
  const version = await tuneBackfill(engineTarget(opened, context.environment), wishOf(by), { by, reason });
  context.output.report(`The backfill ${version} of ${opened.name} ${effect}.`, { target: opened.name, version, by, reason });
  return EXIT.done;
}
