import { log, type Info } from '@temporalio/activity';
import { milliseconds } from '../config/duration.js';
import { stageName } from '../config/schema.js';
import type { AppliedEntry, ApplyRequest, DeployActivities, Ownership } from '../contract/activities.js';
import { applyPending } from '../engine/acts/apply.js';
import { assertConstraints } from '../engine/constraints/assert.js';
import { assertFiles } from '../engine/acts/assert.js';
import { beginDeploy, refusalOf } from '../engine/acts/begin.js';
import { recordDecision, skipMigration } from '../engine/acts/decide.js';
import { finishDeploy, verifyComplete } from '../engine/acts/finish.js';
import { crashPoint } from '../engine/crash-point.js';
import { EngineError } from '../engine/error.js';
import { withFence } from '../engine/lease/with-lock.js';
import type { EngineTarget, Owner } from '../engine/target.js';
import type { Tell } from '../signal/telling.js';
import { asActivity } from './control.js';
import { countApplied } from './meter.js';
import { executeCommand } from '../exec/execute.js';
import { migrationStages, type HeldTarget } from '../config/held-target.js';

/** A deploy that cannot even connect is refused after this long; one that is under way is more patient. */
const BEGIN_PATIENCE = 30_000;
/** Milliseconds after which a run of migrations ends, so that a hold is heard. */
const RUN_TIME = 5_000;
/** How many pending migrations are named in the plan. */
const NAMED = 20;

export interface Dependencies {
  /** @throws EngineError when this worker does not hold the target */
  readonly held: (target: string) => HeldTarget;
  readonly tell: Tell;
  readonly environment: NodeJS.ProcessEnv;
}

/** The activities of a deploy: each takes the request apart, calls the engine under heartbeat, and puts the answer together. */
export function createActivities({ held, tell, environment }: Dependencies): DeployActivities {
  return {
    begin: (request) =>
      asActivity(BEGIN_PATIENCE, async (control, info) => {
        const holding = held(request.target);
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
      }),

    apply: (request) =>
      onStage(held, request, async (holding, owner, control) => {
        const target = withLockTimeout(holding.target, request);
        const outcome = await applyPending(
          {
            target,
            owner,
            stage: stageOf(holding, request.stage),
            after: request.after,
            limit: request.limit,
            milliseconds: RUN_TIME,
          },
          control,
        );
        const applied = outcome.applied.map((row): AppliedEntry => [
          row.version,
          row.name,
          row.durationMs ?? 0,
          row.late ? 1 : 0,
        ]);
        countApplied(applied);
        logApplied(applied);
        return {
          applied,
          remaining: outcome.remaining,
          position: outcome.applied.at(-1)?.position ?? request.after,
        };
      }),

    assertConstraints: (request) =>
      onStage(held, request, (holding, owner, control) =>
        assertConstraints(holding.target, owner, stageOf(holding, request.stage), control),
      ),

    assertFiles: (request) =>
      onStage(held, request, (holding, _owner, control) =>
        assertFiles(holding.target, holding.release.assertions.get(request.stage) ?? [], control),
      ),

    execute: (request) =>
      onStage(held, request, (holding, owner, control) => {
        const stage = holding.stages[request.stage]!;
        if (!('exec' in stage)) throw new TypeError(`stage ${request.stage} is no exec stage`);
        const { exec: command } = stage;
        const toLog = (line: string, stream: string): void => {
          log.info(line, { exec: command.name, stream });
        };
        const id = `${owner.deployId}-${request.stage}`;
        return executeCommand({ command, root: holding.root, environment, log: toLog, id }, control);
      }),

    signal: (request) =>
      onStage(held, request, async (holding, owner, control) => {
        const stage = holding.stages[request.stage]!;
        if (!('signal' in stage)) throw new TypeError(`stage ${request.stage} is no signal stage`);
        const key = `${owner.deployId}-${request.stage}-${request.dependent}`;
        const message = {
          target: holding.target.name,
          release: request.release.label,
          digest: request.release.digest,
          deployId: owner.deployId,
        };
        const told = await tell(stage.signal[request.dependent]!, { key, message, target: holding.target }, control);
        crashPoint('after-signal');
        return told;
      }),

    verify: (request) =>
      onStage(held, request, (holding, owner, control) =>
        verifyComplete(holding.target, owner, migrationStages(holding), control),
      ),

    // What follows ends or settles a deploy; nobody can decide in its place, so it waits however long the database is away.

    fence: (request) =>
      asActivity(Infinity, (control, info) =>
        withFence(held(request.target).target, ownerOf(request, info), control, (_session, { epoch }) =>
          Promise.resolve({ epoch }),
        ),
      ),

    skip: (request) =>
      asActivity(Infinity, (control, info) => {
        const holding = held(request.target);
        return skipMigration(holding.target, ownerOf(request, info), migrationStages(holding), request, control);
      }),

    decide: ({ verb, by, reason, version, ...ownership }) =>
      asActivity(Infinity, (control, info) => {
        const event = { kind: `operator.${verb}`, by, reason, version };
        const key = `${verb}-${info.scheduledTimestampMs}`;
        return recordDecision(held(ownership.target).target, ownerOf(ownership, info), event, key, control);
      }),

    finish: ({ outcome, by, reason, stages, ...ownership }) =>
      asActivity(Infinity, async (control, info) => {
        const { target } = held(ownership.target);
        await finishDeploy(target, ownerOf(ownership, info), { outcome, by, reason, stages }, control);
        if (!environment['PAWL_TRACES']) return;
        const { sendTrace } = await import('../telemetry/send-trace.js');
        const fault = await sendTrace(target, ownership.deployId, environment);
        if (fault) log.warn(`the trace of this deploy was not sent: ${fault}`);
      }),
  };
}

function onStage<T>(
  held: Dependencies['held'],
  request: Ownership,
  work: (holding: HeldTarget, owner: Owner, control: Parameters<Parameters<typeof asActivity>[1]>[0]) => Promise<T>,
): Promise<T> {
  const holding = held(request.target);
  return asActivity(holding.retryFor, (control, info) => work(holding, ownerOf(request, info), control));
}

function ownerOf({ deployId, epoch }: Ownership, info: Info): Owner {
  return { deployId, epoch, attempt: info.currentAttemptScheduledTimestampMs };
}

/** Only one workflow of an id can be open in a namespace, so an older lease under the same name is left over. */
function ownerName(info: Info): string {
  return `temporal/${info.workflowNamespace}/${info.workflowExecution?.workflowId ?? ''}`;
}

/** A long run is one line: the ledger has each of its migrations. */
function logApplied(applied: readonly AppliedEntry[]): void {
  const [first] = applied;
  if (applied.length > NAMED) log.info(`applied ${applied.length} migrations`, { from: first![0], to: applied.at(-1)![0] });
  else for (const [version, name, milliseconds] of applied) log.info(`applied ${name}`, { version, milliseconds });
}

function stageOf(holding: HeldTarget, index: number) {
  const stage = holding.release.migrations.get(index);
  if (!stage)
    throw new EngineError('LEDGER_INCOMPLETE', 'blocked', `this worker's release has no migrations in stage ${index}`, {
      next: 'Run a worker with the release of this deploy.',
    });
  return stage;
}

function withLockTimeout(target: EngineTarget, { lockTimeout }: ApplyRequest): EngineTarget {
  return lockTimeout === undefined ? target : { ...target, lockTimeout: milliseconds(lockTimeout) };
}
