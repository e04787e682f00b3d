import { heldUpTo, migrationStages, type HeldTarget } from '../config/held-target.js';
import { stageKind, stageName, type Stage } from '../config/schema.js';
import type { StageTime } from '../contract/activities.js';
import { applyPending } from '../engine/acts/apply.js';
import { NoticeCount } from '../engine/apply/notices.js';
import { assertConstraints } from '../engine/constraints/assert.js';
import type { Control } from '../engine/control.js';
import { recordDecision } from '../engine/acts/decide.js';
import { assertFiles } from '../engine/acts/assert.js';
import { verifyComplete } from '../engine/acts/finish.js';
import { EngineError } from '../engine/error.js';
import type { MigrationStage } from '../engine/files/stage.js';
import type { DatabaseIdentity } from '../engine/database-identity.js';
import type { PlanFinding } from '../engine/finding.js';
import type { AppliedMigration } from '../engine/ledger/applied.js';
import type { Owner } from '../engine/target.js';
import { tellHow } from './tell-how.js';
import { executeCommand } from '../exec/execute.js';
import { createTell } from '../signal/tell.js';
import { leftText, verifiedText } from '../contract/up-to.js';
import { counted } from '../text/counted.js';
import { inProcess } from './in-process.js';
import { persist } from './persist.js';

export interface DirectDeploy {
  readonly held: HeldTarget;
  readonly label: string;
  readonly by: string;
  /** The version that the deploy ends with; undefined for everything. */
  readonly to?: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** Told of each migration once it is applied, before the next begins. */
  readonly onApplied?: ((row: AppliedMigration) => Promise<void>) | undefined;
  /** One line of the story. */
  readonly say: (text: string) => void;
  readonly control: Control;
}

export interface DirectResult {
  readonly database: DatabaseIdentity;
  readonly deployId: string;
  readonly epoch: number;
  readonly applied: number;
  /** How many migrations stay pending, where it ended with a version. */
  readonly left?: number | undefined;
  readonly findings: readonly PlanFinding[];
}

/**
 * The same deploy by the same engine in this process, without Temporal: it does not go on by itself when this process dies (the next one
 * does), and nobody can hold, skip or approve. What blocks ends it.
 * @throws EngineError
 */
export async function deployDirect(whole: DirectDeploy): Promise<DirectResult> {
  const deploy = { ...whole, held: heldUpTo(whole.held, whole.to) };
  const { held, say, control, label, by, to } = deploy;
  const { target } = held;
  const stages = migrationStages(held);
  const persistently = <R>(work: () => Promise<R>): Promise<R> => persist(held.retryFor, control, say, work);
  const times: StageTime[] = [];
  const claim = { release: held.release.digest, label, by, to, persistently, stages: times };
  let traced: string | undefined;
  const work = inProcess(target, claim, stages, control, async ({ deployId, epoch }, begun) => {
    traced = deployId;
    say(`the database is ${begun.database.label}`);
    if (begun.adopted > 0) say(`adopted ${counted(begun.adopted, 'migration')} from the legacy tracker`);
    const owner = (): Owner => ({ deployId, epoch, attempt: Date.now() });
    const progress = { applied: 0, position: begun.plan.position };
    for (const [index, stage] of held.stages.entries())
      await timed(times, stage, () => runStage(deploy, index, stage, owner, progress));
    await verifyComplete(target, owner(), stages, control);
    say(verifiedText(to));
    const left = to === undefined ? undefined : begun.plan.stages.reduce((sum, stage) => sum + stage.left.length, 0);
    return { deployId, epoch, database: begun.database, applied: progress.applied, left, findings: begun.plan.findings };
  });
  try {
    const result = await work;
    await tellHow(deploy, result.deployId, 'done', `${result.applied} applied${leftText(to, result.left ?? 0)}`);
    return result;
  } catch (error) {
    if (error instanceof EngineError && error.verdict !== 'cancelled' && traced !== undefined)
      await tellHow(deploy, traced, 'failed', error.message, error);
    throw error;
  } finally {
    const collector = deploy.environment['PAWL_TRACES'];
    if (collector && traced !== undefined) {
      const { sendTrace } = await import('../trace/send-trace.js');
      const fault = await sendTrace(target, traced, collector);
      if (fault) say(`the trace of this deploy was not sent: ${fault}`);
    }
  }
}

/** Notes when a stage ran that holds no migrations. */
async function timed(times: StageTime[], stage: Stage, run: () => Promise<void>): Promise<void> {
  const kind = stageKind(stage);
  const startedAt = new Date().toISOString();
  let state = 'failed';
  try {
    await run();
    state = 'done';
  } finally {
    if (kind !== 'migrate') times.push({ kind, name: stageName(stage), state, startedAt, endedAt: new Date().toISOString() });
  }
}

/** What the stages before have added to the ledger. */
interface Applied {
  applied: number;
  position: number;
}

async function runStage(deploy: DirectDeploy, index: number, stage: Stage, owner: () => Owner, progress: Applied): Promise<void> {
  const { held, say, control, environment } = deploy;
  const { target } = held;
  const migrations = held.release.migrations.get(index);
  if (migrations) return applyAll(deploy, migrations, owner, progress);
  if ('exec' in stage) {
    const { exec: command } = stage;
    await executeCommand(
      {
        command,
        root: held.root,
        environment,
        log: (line) => say(`${command.name}: ${line}`),
        id: `${owner().deployId}-${index}`,
      },
      control,
    );
    say(`${command.name} finished`);
  } else if ('assert' in stage) {
    const files = held.release.assertions.get(index) ?? [];
    const count = await persist(held.retryFor, control, say, () => assertFiles(target, files, control));
    say(`${counted(count, 'assertion')} ${count === 1 ? 'holds' : 'hold'}`);
  } else if ('approve' in stage) {
    const { name, of = 1, by: people } = stage.approve;
    const asked = people ? `none of ${people.join(', ')}` : 'nobody';
    const whom = of > 1 ? `${asked} (${of} approvals)` : asked;
    const reason = `${whom} was asked for the approval "${name}": the deploy runs without Temporal (--direct)`;
    const event = { kind: 'operator.approve' as const, by: deploy.by, reason };
    await persist(held.retryFor, control, say, () => recordDecision(target, owner(), event, `direct-${index}`, control));
    say(`approval "${name}": passed by running this deploy directly, by ${deploy.by}; ${whom} was asked, and the audit says so`);
  } else if ('signal' in stage) {
    await signalAll(deploy, index, stage.signal, owner);
  }
}

async function applyAll(deploy: DirectDeploy, stage: MigrationStage, owner: () => Owner, progress: Applied): Promise<void> {
  const { held, say, control, onApplied } = deploy;
  const { target } = held;
  const notices = new NoticeCount(({ kind, text }) => say(`PostgreSQL, ${kind}: ${text}`));
  const hearing = { ...control, hear: notices.hear };
  const limit = onApplied ? 1 : Infinity;
  for (let remaining = Infinity; remaining > 0;) {
    const request = { target, stage, after: progress.position, limit, milliseconds: 2_000 };
    const outcome = await persist(held.retryFor, control, say, () => applyPending({ ...request, owner: owner() }, hearing));
    const { hidden } = notices.take();
    if (hidden > 0) say(`PostgreSQL sent ${counted(hidden, 'more message')} like these`);
    for (const row of outcome.applied) await onApplied?.(row);
    for (const row of outcome.applied)
      say(`applied ${row.name} in ${row.durationMs ?? 0} ms${row.late ? ' (out of order)' : ''}`);
    progress.applied += outcome.applied.length;
    progress.position = outcome.applied.at(-1)?.position ?? progress.position;
    remaining = outcome.remaining;
  }
  if (stage.kind === 'constraints') {
    const proved = await persist(held.retryFor, control, say, () => assertConstraints(target, owner(), stage, control));
    say(`${counted(proved, 'constraint')} of ${stage.name} verified: present, as defined, validated`);
  }
}

async function signalAll(
  deploy: DirectDeploy,
  index: number,
  dependents: Extract<Stage, { signal: unknown }>['signal'],
  owner: () => Owner,
): Promise<void> {
  const { held, say, control, environment } = deploy;
  const { deployId } = owner();
  const message = { target: held.target.name, release: deploy.label, digest: held.release.digest, deployId };
  const tell = createTell(environment, { send: () => Promise.reject(needsTemporal()) });
  for (const [n, dependent] of dependents.entries()) {
    const telling = { key: `${deployId}-${index}-${n}`, message, target: held.target };
    say(await persist(held.retryFor, control, say, () => tell(dependent, telling, control)));
  }
}

function needsTemporal(): EngineError {
  return new EngineError('SIGNAL_FAILED', 'blocked', 'a deploy without Temporal cannot signal a workflow', {
    next: 'Everything before it is done. Deploy again without --direct to tell the workflow.',
  });
}
