import { log } from '@temporalio/activity';
import { counted } from '../text/counted.js';
import { milliseconds } from '../text/duration.js';
import type { AppliedEntry, ApplyRequest, DeployActivities } from '../contract/activities.js';
import { boundedText, NAME } from '../contract/bounded.js';
import { growthText } from '../engine/apply/backfill/index-growth.js';
import { progressLine } from '../engine/apply/backfill/pace.js';
import { NoticeCount } from '../engine/apply/notices.js';
import { applyPending } from '../engine/acts/apply.js';
import { backfillStatus } from '../engine/acts/tune-backfill.js';
import type { EngineTarget } from '../engine/target.js';
import type { Dependencies } from './dependencies.js';
import { countApplied } from './meter.js';
import { onStage, stageOf } from './on-stage.js';

/** Milliseconds after which a run of migrations ends, so that a hold is heard. */
const RUN_TIME = 5_000;
/** Milliseconds after which a backfill is told of: from then on the workflow interrupts it, to be heard before its next batch. */
const FIRST_LOOK = 2_000;
/** Characters of what PostgreSQL says, in the log. */
const NOTICE = 2_000;
/** Migrations of one run that are named in the answer, and in the log. */
const LISTED = 20;

/** Applies the next pending migrations of a stage. */
export function apply({ held }: Dependencies): DeployActivities['apply'] {
  return (request) =>
    onStage(held, request, async (holding, owner, control) => {
      const target = withLockTimeout(holding.target, request);
      const { after, limit, backfillFor = FIRST_LOOK } = request;
      const stage = stageOf(holding, request.stage);
      const asked = { target, owner, stage, after, limit, milliseconds: RUN_TIME, backfillMilliseconds: backfillFor };
      const notices = new NoticeCount(({ kind, text }) => {
        if (target.showValues) log.info(`PostgreSQL, ${kind}: ${boundedText(text, NOTICE)}`);
      });
      const outcome = await applyPending(asked, { ...control, hear: notices.hear }).finally(() => logNotices(notices));
      const applied = outcome.applied
        .filter(({ source }) => source === 'applied')
        .map((row): AppliedEntry => [
          boundedText(row.version, NAME),
          boundedText(row.name, NAME),
          row.durationMs ?? 0,
          row.late ? 1 : 0,
        ]);
      countApplied(applied);
      logApplied(applied);
      const { remaining } = outcome;
      const backfill = outcome.backfill && boundedText(progressLine(outcome.backfill), NAME);
      const position = outcome.applied.at(-1)?.position ?? after;
      const remarks = request.backfillFor === undefined || applied.length === 0 ? undefined : await cures(target, applied[0]![0]);
      return { count: applied.length, applied: listed(applied), remaining, position, backfill, remarks };
    });
}

/** What a backfill has left behind. @returns undefined where that is nothing, or cannot be read any more */
async function cures(target: EngineTarget, version: string): Promise<string[] | undefined> {
  const backfills = await backfillStatus(target).catch(() => []);
  const grown = backfills.find((backfill) => backfill.version === version)?.grown ?? [];
  return grown.length === 0 ? undefined : grown.slice(0, LISTED).map((index) => boundedText(growthText(index), NAME));
}

/** Of a long run the first one and the newest ones. */
function listed(applied: AppliedEntry[]): AppliedEntry[] {
  return applied.length <= LISTED ? applied : [applied[0]!, ...applied.slice(1 - LISTED)];
}

/** A long run is one line: the ledger has each of its migrations. */
function logApplied(applied: readonly AppliedEntry[]): void {
  const [first] = applied;
  if (applied.length > LISTED)
    log.info(`applied ${counted(applied.length, 'migration')}`, { from: first![0], to: applied.at(-1)![0] });
  else for (const [version, name, milliseconds] of applied) log.info(`applied ${name}`, { version, milliseconds });
}

/** Counted only: a notice may hold what is in a row. */
function logNotices(notices: NoticeCount): void {
  const { notices: count, warnings } = notices.take();
  const said = [...(warnings > 0 ? [counted(warnings, 'warning')] : []), ...(count > 0 ? [counted(count, 'notice')] : [])];
  if (said.length > 0) log[warnings > 0 ? 'warn' : 'info'](`PostgreSQL sent ${said.join(' and ')}`, { next: SHOW });
}

const SHOW = 'PAWL_SHOW_VALUES=1 shows the first ones of each step in this log; so does pawl deploy --direct.';

function withLockTimeout(target: EngineTarget, { lockTimeout }: ApplyRequest): EngineTarget {
  return lockTimeout === undefined ? target : { ...target, lockTimeout: milliseconds(lockTimeout) };
}
