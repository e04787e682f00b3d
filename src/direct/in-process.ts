import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Control } from '../engine/control.js';
import { EngineError } from '../engine/error.js';
import { holdPresence } from '../engine/lease/presence.js';
import type { MigrationStage } from '../engine/files/stage.js';
import type { EngineTarget, Owner } from '../engine/target.js';
import { beginDeploy, refusalOf, type Begun } from '../engine/acts/begin.js';
import { finishDeploy, type Ending } from '../engine/acts/finish.js';

/** Of last words: the caller's control, once aborted, would not even let the lease be given back. */
const UNSTOPPED: Control = { signal: new AbortController().signal, report: () => undefined };

export interface InProcess {
  /** Digest and label of the release. */
  readonly release: string;
  readonly label: string;
  readonly by: string;
  /** The version that the deploy ends with; the stages have its reach. */
  readonly to?: string | undefined;
  /** When stages without migrations ran; the work adds to it. */
  readonly stages?: Ending['stages'];
  /** Repeats the beginning while its failure is one that cures itself; once where nothing is given. */
  readonly persistently?: (<R>(work: () => Promise<R>) => Promise<R>) | undefined;
}

/**
 * Does a piece of work on a target from this process, with the lease, the ledger and the audit of any deploy but without Temporal.
 * The presence lock tells others that this process lives; when it dies, the next deploy takes the lease over.
 * @throws EngineError, after the outcome is recorded and the lease given back
 */
export async function inProcess<T>(
  target: EngineTarget,
  { release, label, by, to, stages: times, persistently = (work) => work() }: InProcess,
  stages: readonly MigrationStage[],
  control: Control,
  work: (owner: Owner, begun: Begun) => Promise<T>,
): Promise<T> {
  const deployId = randomUUID();
  const leave = await holdPresence(target.url, deployId);
  try {
    const attempt = Date.now();
    const claim = { deployId, owner: `direct/${hostname()}/${process.pid}`, release };
    let leased = false;
    const onLease = (): void => {
      leased = true;
    };
    const begun = await persistently(() =>
      beginDeploy(target, { claim, attempt, label, by, to, onLease }, stages, control),
    ).catch(async (error: unknown) => {
      if (leased) await finishDeploy(target, { deployId, epoch: 0, attempt }, { outcome: 'refused', by }, UNSTOPPED);
      throw error;
    });
    const refusal = refusalOf(begun.plan);
    if (refusal) throw refusal;
    const owner = { deployId, epoch: begun.epoch, attempt };
    try {
      const result = await work(owner, begun);
      await finishDeploy(target, owner, { outcome: 'done', by, stages: times }, control);
      return result;
    } catch (error) {
      const outcome = error instanceof EngineError && error.verdict === 'cancelled' ? 'cancelled' : 'failed';
      await finishDeploy(target, owner, { outcome, by, reason: (error as Error).message, stages: times }, UNSTOPPED);
      throw error;
    }
  } finally {
    await leave();
  }
}
