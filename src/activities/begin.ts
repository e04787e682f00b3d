import type { Info } from '@temporalio/activity';
import { migrationStages } from '../config/held-target.js';
import { stageName } from '../config/schema.js';
import type { DeployActivities } from '../contract/activities.js';
import { beginDeploy, refusalOf } from '../engine/acts/begin.js';
import { EngineError } from '../engine/error.js';
import type { EngineTarget } from '../engine/target.js';
import { asActivity } from './control.js';
import type { Dependencies } from './dependencies.js';

/** Milliseconds: a deploy that cannot even connect is refused after this long; one that is under way is more patient. */
const PATIENCE = 30_000;
/** How many pending migrations are named in the plan. */
const NAMED = 20;

/** Takes the lease, adopts, plans. */
export function begin({ held }: Dependencies): DeployActivities['begin'] {
  return (request) =>
    asActivity(PATIENCE, async (control, info) => {
      const holding = held(request.target);
      refuseOtherEnvironment(request.environment, holding.target);
      const claim = { deployId: request.deployId, owner: ownerName(info), release: request.release.digest };
      const begin = { claim, attempt: info.currentAttemptScheduledTimestampMs, label: request.release.label, by: request.by };
      const begun = await beginDeploy(holding.target, begin, migrationStages(holding), control);
      const refusal = refusalOf(begun.plan);
      if (refusal) throw refusal;
      const planned = new Map(begun.plan.stages.map(({ stage, pending }) => [stage.name, pending]));
      return {
        epoch: begun.epoch,
        adopted: begun.adopted,
        position: begun.plan.position,
        findings: begun.plan.findings,
        stages: holding.stages.map((stage) => {
          const pending = planned.get(stageName(stage)) ?? [];
          const next = pending
            .slice(0, NAMED)
            .map(({ migration, late }) => ({ version: migration.version, name: migration.name, late }));
          return { pending: pending.length, next };
        }),
      };
    });
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
