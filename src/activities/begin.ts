import type { Info } from '@temporalio/activity';
import { isDeepStrictEqual } from 'node:util';
import { notificationPlans } from '../config/notification.js';
import { heldUpTo, migrationStages, type HeldTarget } from '../config/held-target.js';
import { stageName } from '../config/schema.js';
import type { BeginAnswer, BeginRequest, DeployActivities, PlannedStage } from '../contract/activities.js';
import { boundedFindings, boundedText, NAME } from '../contract/bounded.js';
import { beginDeploy, refusalOf, type Begun } from '../engine/acts/begin.js';
import { EngineError } from '../engine/error.js';
import { planDigest } from '../engine/plan/plan-digest.js';
import type { EngineTarget } from '../engine/target.js';
import { asActivity } from './control.js';
import type { Dependencies } from './dependencies.js';

/** Milliseconds: a deploy that cannot even connect is refused after this long; one that has the lease is more patient. */
const PATIENCE = 30_000;
/** How many pending migrations of a stage are named in the plan, and how many of all. */
const NAMED = 20;
const NAMED_IN_ALL = 200;

/** Takes the lease, adopts, plans. */
export function begin({ held }: Dependencies): DeployActivities['begin'] {
  return async (request) => {
    const whole = await held(request.target);
    return asActivity(
      (leased) => (leased ? whole.retryFor : PATIENCE),
      async (control, info, onLease) => {
        refuseOtherEnvironment(request.environment, whole.target);
        compareRelease(whole, request);
        const holding = heldUpTo(whole, request.to);
        const claim = { deployId: request.deployId, owner: ownerName(info), release: request.release.digest };
        const attempt = info.currentAttemptScheduledTimestampMs;
        const begin = {
          claim,
          attempt,
          label: request.release.label,
          by: request.by,
          to: request.to,
          expects: request.expects,
          onLease,
        };
        const begun = await beginDeploy(holding.target, begin, migrationStages(holding), control);
        const refusal = refusalOf(begun.plan);
        if (refusal) throw refusal;
        return answerOf(whole, holding.stages.length, begun);
      },
    );
  };
}

/** Whoever may start a workflow may not leave out an approval. @throws EngineError `RELEASE_DIFFERS` */
function compareRelease({ release, target }: HeldTarget, request: BeginRequest): void {
  const differs =
    request.release.digest !== release.digest
      ? `digest ${request.release.digest} instead of ${release.digest}`
      : differenceOf(request.stages, release.stages);
  if (differs === undefined) return;
  throw new EngineError(
    'RELEASE_DIFFERS',
    'refused',
    `${target.name} was asked to deploy what this worker does not hold: ${differs}`,
    {
      next: 'Start it with `pawl deploy`, or with the input that `pawl deploy --print-input` prints, from the files of this worker.',
    },
  );
}

function differenceOf(asked: BeginRequest['stages'], held: BeginRequest['stages']): string | undefined {
  if (asked.length !== held.length) return `${asked.length} stages instead of ${held.length}`;
  const plain = (stage: unknown): unknown => JSON.parse(JSON.stringify(stage));
  const at = held.findIndex((stage, index) => !isDeepStrictEqual(plain(stage), plain(asked[index])));
  return at < 0 ? undefined : `stage ${at + 1} is not "${held[at]!.kind}: ${held[at]!.name}"`;
}

/** @param length how many of the stages the deploy runs */
function answerOf({ stages, notify }: HeldTarget, length: number, { database, epoch, adopted, plan }: Begun): BeginAnswer {
  const planned = new Map(plan.stages.map((stage) => [stage.stage.name, stage]));
  let room = NAMED_IN_ALL;
  return {
    database,
    epoch,
    adopted,
    position: plan.position,
    plan: planDigest(plan),
    ...boundedFindings(plan.findings),
    ...(notify.length > 0 && { notify: notificationPlans(notify) }),
    stages: stages.map((stage, at): PlannedStage => {
      const { pending = [], left = [] } = planned.get(stageName(stage)) ?? {};
      const next = pending.slice(0, Math.min(NAMED, room)).map(({ migration, late }) => ({
        version: boundedText(migration.version, NAME),
        name: boundedText(migration.name, NAME),
        late,
      }));
      room -= next.length;
      return {
        pending: pending.length,
        ...(left.length > 0 && { left: left.length }),
        ...(at >= length && { beyond: true }),
        next,
      };
    }),
  };
}

/** The queue is named after the environment: only a workflow that was started by hand on a queue of another's comes here. */
function refuseOtherEnvironment(meant: string | undefined, { environment }: EngineTarget): void {
  if (meant === environment) return;
  const name = (it: string | undefined): string => it ?? 'no environment';
  throw new EngineError(
    'LEDGER_OTHER_ENVIRONMENT',
    'refused',
    `the deploy is for ${name(meant)}, and this worker for ${name(environment)}`,
    {
      next: 'Start it on the queue of its environment: `pawl deploy` does, with the environment of its configuration or of PAWL_ENVIRONMENT.',
    },
  );
}

/** Only one workflow of an id can be open in a namespace, so an older lease under the same name is left over. */
function ownerName(info: Info): string {
  return `temporal/${info.workflowNamespace}/${info.workflowExecution?.workflowId ?? ''}`;
}
