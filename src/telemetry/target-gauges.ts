import { Runtime } from '@temporalio/worker';
import { migrationStages, type HeldTarget } from '../config/held-target.js';
import type { DeployState, DeployStatus } from '../contract/deploy.js';
import { status as statusQuery } from '../contract/messages.js';
import { deployWorkflowId } from '../contract/names.js';
import { lockStatus } from '../engine/acts/break-lock.js';
import { planTarget } from '../engine/plan/plan.js';
import type { ReleaseWorkers } from '../temporal/worker.js';

/** Milliseconds between two looks; each opens a connection to the database for a moment. */
const INTERVAL = 15_000;
/** Milliseconds for one answer of Temporal. */
const PATIENCE = 5_000;

const STATES: readonly DeployState[] = ['starting', 'running', 'held', 'blocked', 'waiting for approval'];

/** Keeps gauges of the targets that a worker holds: what Prometheus alerts on although nothing happens. */
export class TargetGauges {
  readonly #reachable = gauge('pawl_target_reachable', 'Whether the database answers.');
  readonly #pending = gauge('pawl_pending_migrations', 'Migrations of the release of this worker that are not applied.');
  readonly #lease = gauge('pawl_lease_held', 'Who may deploy to the target now.');
  readonly #state = gauge('pawl_deploy_state', '1 for the state in which the open deploy of the target is.');
  readonly #blocked = gauge(
    'pawl_deploy_blocked_seconds',
    'For how long the open deploy has waited for a decision; 0 when it does not.',
  );
  readonly #holders = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  readonly #workers: Pick<ReleaseWorkers, 'client' | 'held'>;

  constructor(workers: Pick<ReleaseWorkers, 'client' | 'held'>) {
    this.#workers = workers;
  }

  start(): void {
    const look = (): void => {
      void Promise.all(this.#workers.held.map((held) => this.#look(held))).finally(() => {
        this.#timer = setTimeout(look, INTERVAL).unref();
      });
    };
    look();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #look(held: HeldTarget): Promise<void> {
    await Promise.all([this.#lookAtDatabase(held), this.#lookAtDeploy(held.target.name)]);
  }

  async #lookAtDatabase(held: HeldTarget): Promise<void> {
    const target = held.target.name;
    try {
      const plan = await planTarget(held.target, migrationStages(held));
      const { lease } = await lockStatus(held.target);
      const holder = lease && !lease.releasedAt ? (lease.owner ?? '') : '';
      this.#reachable.set(1, { target });
      this.#pending.set(
        plan.stages.reduce((sum, { pending }) => sum + pending.length, 0),
        { target },
      );
      this.#showHolder(target, holder);
    } catch {
      // That it cannot be looked at is what is told.
      this.#reachable.set(0, { target });
    }
  }

  /** A holder that left stays as 0: gauges are never taken away. */
  #showHolder(target: string, holder: string): void {
    const before = this.#holders.get(target);
    if (before !== undefined && before !== holder) this.#lease.set(0, { target, holder: before });
    this.#lease.set(holder === '' ? 0 : 1, { target, holder });
    this.#holders.set(target, holder);
  }

  async #lookAtDeploy(target: string): Promise<void> {
    const status = await this.#openDeploy(target);
    for (const state of STATES) this.#state.set(status?.state === state ? 1 : 0, { target, state });
    const since =
      status?.state === 'blocked' ? status.timeline.findLast(({ text }) => text.startsWith('blocked:'))?.at : undefined;
    this.#blocked.set(since === undefined ? 0 : (Date.now() - Date.parse(since)) / 1_000, { target });
  }

  /** The status of the deploy that is under way, by whichever worker holds it; undefined where there is none or nobody answers. */
  async #openDeploy(target: string): Promise<DeployStatus | undefined> {
    try {
      const { client } = this.#workers;
      return await client.withDeadline(Date.now() + PATIENCE, async () => {
        const handle = client.workflow.getHandle(deployWorkflowId(target));
        return (await handle.describe()).status.name === 'RUNNING' ? await handle.query(statusQuery) : undefined;
      });
    } catch {
      return undefined;
    }
  }
}

function gauge(name: string, description: string) {
  return Runtime.instance().metricMeter.createGauge(name, 'float', undefined, description);
}
