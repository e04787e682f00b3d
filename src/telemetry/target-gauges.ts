import { Runtime } from '@temporalio/worker';
import { lastLook } from '../client/schedules.js';
import { migrationStages, type HeldTarget } from '../config/held-target.js';
import { status as statusQuery } from '../contract/messages.js';
import { deployWorkflowId, type DeployName } from '../contract/names.js';
import { stateKey } from '../contract/search-attributes.js';
import { lockStatus } from '../engine/acts/break-lock.js';
import { reachedDatabase } from '../engine/ledger/reached-database.js';
import { planTarget } from '../engine/plan/plan.js';
import type { ReleaseWorkers } from '../temporal/worker.js';

/** Milliseconds between two looks; each opens a connection to the database for a moment. */
const INTERVAL = 15_000;
/** Milliseconds for one answer of Temporal. */
const PATIENCE = 5_000;

/** `unanswered`: the deploy is open, and no worker answers for it; beside it stands the state that it told last. */
const STATES = ['starting', 'running', 'held', 'blocked', 'waiting for approval', 'unanswered'] as const;

/** Keeps gauges of the targets that a worker holds: what Prometheus alerts on although nothing happens. */
export class TargetGauges {
  readonly #info = gauge('pawl_target_info', 'Always 1; the label says which database the target is, as database on host.');
  readonly #reachable = gauge('pawl_target_reachable', 'Whether the database answers.');
  readonly #pending = gauge('pawl_pending_migrations', 'Migrations of the release of this worker that are not applied.');
  readonly #lease = gauge('pawl_lease_held', 'Who may deploy to the target now.');
  readonly #state = gauge('pawl_deploy_state', '1 for the state in which the open deploy of the target is.');
  readonly #blocked = gauge(
    'pawl_deploy_blocked_seconds',
    'For how long the open deploy has waited for a decision; 0 when it does not.',
  );
  readonly #drift = gauge('pawl_drift', '1 when the last scheduled verify found that something differs.');
  readonly #holders = new Map<string, string>();
  /** The targets of which it is told which database they are: a worker that would reach another one later ends. */
  readonly #named = new Set<string>();
  /** By workflow, milliseconds since 1970: kept for when nobody can be asked any more. */
  readonly #blockedSince = new Map<string, number>();
  /** By workflow, the run whose end is waited for. */
  readonly #followed = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

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
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #look(held: HeldTarget): Promise<void> {
    await Promise.all([
      this.#nameDatabase(held),
      this.#lookAtDatabase(held),
      this.#lookAtDeploy(nameOf(held)),
      this.#lookAtVerify(nameOf(held)),
    ]);
  }

  async #nameDatabase({ target, ...held }: HeldTarget): Promise<void> {
    if (this.#named.has(target.name)) return;
    const database = await reachedDatabase(target);
    if (database === undefined) return;
    this.#info.set(1, { ...labelsOf(nameOf({ target, ...held })), database: database.label });
    this.#named.add(target.name);
  }

  async #lookAtDatabase(held: HeldTarget): Promise<void> {
    const labels = labelsOf(nameOf(held));
    try {
      const plan = await planTarget(held.target, migrationStages(held));
      const { lease } = await lockStatus(held.target);
      const holder = lease && !lease.releasedAt ? (lease.owner ?? '') : '';
      this.#reachable.set(1, labels);
      this.#pending.set(
        plan.stages.reduce((sum, { pending }) => sum + pending.length, 0),
        labels,
      );
      this.#showHolder(labels, holder);
    } catch {
      // That it cannot be looked at is what is told.
      this.#reachable.set(0, labels);
    }
  }

  /** Temporal remembers it, whichever worker has looked. A target without a schedule has no such gauge. */
  async #lookAtVerify(name: DeployName): Promise<void> {
    const { client } = this.#workers;
    // There is no schedule, or Temporal is away: the gauge stays as it is.
    const state = await client.withDeadline(Date.now() + PATIENCE, () => lastLook({ client }, name)).catch(() => undefined);
    if (state !== undefined) this.#drift.set(state === 'drift' ? 1 : 0, labelsOf(name));
  }

  /** A holder that left stays as 0: gauges are never taken away. */
  #showHolder(labels: Labels, holder: string): void {
    const target = Object.values(labels).join('/');
    const before = this.#holders.get(target);
    if (before !== undefined && before !== holder) this.#lease.set(0, { ...labels, holder: before });
    this.#lease.set(holder === '' ? 0 : 1, { ...labels, holder });
    this.#holders.set(target, holder);
  }

  async #lookAtDeploy(name: DeployName): Promise<void> {
    const open = await this.#showDeploy(name);
    if (open) this.#followToEnd(name, open.runId);
  }

  async #showDeploy(name: DeployName): Promise<OpenDeploy | undefined> {
    const labels = labelsOf(name);
    const open = await this.#openDeploy(name);
    for (const state of STATES) this.#state.set(open?.states.includes(state) ? 1 : 0, { ...labels, state });
    const target = deployWorkflowId(name);
    if (open?.states.includes('blocked')) {
      const since = open.blockedSince ?? this.#blockedSince.get(target) ?? Date.now();
      this.#blockedSince.set(target, since);
      this.#blocked.set((Date.now() - since) / 1_000, labels);
    } else {
      this.#blockedSince.delete(target);
      this.#blocked.set(0, labels);
    }
    return open;
  }

  /** A deploy that ended, was terminated even, must not stay on the gauges until the next look. */
  #followToEnd(name: DeployName, runId: string): void {
    const id = deployWorkflowId(name);
    if (this.#followed.get(id) === runId) return;
    this.#followed.set(id, runId);
    const run = this.#workers.client.workflow.getHandle(id, runId, { followRuns: false });
    const ended = (): void => {
      if (this.#followed.get(id) === runId) this.#followed.delete(id);
    };
    // How it ends is no matter here; where Temporal went away the next look of the clock follows it anew.
    void run
      .result()
      .then(ended, ended)
      .then(() => (this.#stopped ? undefined : this.#showDeploy(name)));
  }

  /**
   * The deploy that is under way, by whichever worker holds it. While none does, its search attribute still says in which state it waits:
   * a roll-out of newer workers must not silence the alert. Undefined where there is none, or Temporal does not answer.
   */
  async #openDeploy(name: DeployName): Promise<OpenDeploy | undefined> {
    const { client } = this.#workers;
    const handle = client.workflow.getHandle(deployWorkflowId(name));
    const within = <T>(ask: () => Promise<T>) => client.withDeadline(Date.now() + PATIENCE, ask);
    const run = await within(() => handle.describe()).catch(() => undefined);
    if (run?.status.name !== 'RUNNING') return undefined;
    return within(() => handle.query(statusQuery)).then(
      ({ state, since }) => ({
        runId: run.runId,
        states: [state],
        blockedSince: since === undefined ? undefined : Date.parse(since),
      }),
      () => ({
        runId: run.runId,
        states: ['unanswered', run.typedSearchAttributes.get(stateKey) ?? ''],
        blockedSince: undefined,
      }),
    );
  }
}

interface OpenDeploy {
  readonly runId: string;
  /** The state as it is told; after `unanswered` the one that was told last. */
  readonly states: readonly string[];
  /** Milliseconds since 1970, where the deploy told it. */
  readonly blockedSince: number | undefined;
}

type Labels = Readonly<Record<'target' | 'environment', string>>;

const nameOf = ({ target }: HeldTarget): DeployName => ({ target: target.name, environment: target.environment });

/** Empty where no environment is named: a label that is there in one series and not in another makes two metrics of one. */
const labelsOf = ({ target, environment = '' }: DeployName): Labels => ({ target, environment });

function gauge(name: string, description: string) {
  return Runtime.instance().metricMeter.createGauge(name, 'float', undefined, description);
}
