import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { ApplyAnswer, BeginAnswer, StageTime } from '../contract/activities.js';
import type {
  DeployInput,
  DeployState,
  DeployStatus,
  Fault,
  Finding,
  MigrationStatus,
  Release,
  StageState,
  StagePlan,
  TimelineEntry,
  Work,
} from '../contract/deploy.js';
import { blockedOnKey, stateKey } from '../contract/search-attributes.js';
import { counted } from '../text/counted.js';
import { renderDetails } from './details.js';

/** Migrations of a stage that an answer to a query lists: what is asked for several times a second must stay small. */
const LISTED = 1_000;

interface StageOnBoard extends StagePlan {
  state: StageState;
  total: number;
  applied: number;
  migrations: MigrationStatus[];
  startedAt?: string;
  endedAt?: string;
}

/** Everything that a person can see of a deploy: the status query, the details page, the search attributes. */
export class Board implements DeployStatus {
  readonly target: string;
  readonly environment: string | undefined;
  readonly release: Release;
  readonly startedBy: string;
  readonly stages: StageOnBoard[];
  readonly timeline: TimelineEntry[] = [];
  state: DeployState = 'starting';
  findings: readonly Finding[] = [];
  epoch: number | undefined;
  fault: Fault | undefined;
  approval: string | undefined;
  work: Work | undefined;
  holdRequested = false;

  constructor(input: DeployInput) {
    this.target = input.target;
    this.environment = input.environment;
    this.release = input.release;
    this.startedBy = input.by;
    this.stages = input.stages.map((plan) => ({ ...plan, state: 'waiting', total: 0, applied: 0, migrations: [] }));
    const earlier = input.resumed?.status;
    if (earlier) {
      this.timeline.push(...earlier.timeline);
      this.holdRequested = earlier.holdRequested;
      earlier.stages.forEach((stage, index) => Object.assign(this.stages[index]!, stage));
    }
  }

  /** Takes over what the first activity found: what is pending in each stage. */
  planned(answer: BeginAnswer): void {
    this.epoch = answer.epoch;
    this.findings = answer.findings;
    answer.stages.forEach(({ pending, next }, index) => {
      const stage = this.stages[index]!;
      stage.total = stage.applied + pending;
      stage.migrations.push(...next.map((migration) => ({ ...migration, state: 'pending' as const })));
    });
    if (answer.adopted > 0) this.say(`adopted ${counted(answer.adopted, 'migration')} from the legacy tracker`);
    for (const finding of answer.findings) this.say(`warning: ${finding.message}`);
    const pending = answer.stages.reduce((sum, stage) => sum + stage.pending, 0);
    this.say(pending === 0 ? 'nothing is pending' : `${pending} pending`);
  }

  stage(index: number, state: StageState): void {
    const stage = this.stages[index]!;
    stage.state = state;
    stage.startedAt ??= new Date().toISOString();
    if (state === 'done' || state === 'cancelled') stage.endedAt = new Date().toISOString();
    this.#draw();
  }

  /** Notes what the ledger says was applied. */
  applied(index: number, answer: ApplyAnswer): void {
    const stage = this.stages[index]!;
    const places = new Map(stage.migrations.map(({ version }, at) => [version, at]));
    const added: MigrationStatus[] = [];
    for (const [version, name, milliseconds, late] of answer.applied) {
      const at = places.get(version);
      const migration = { version, name, state: 'applied' as const, milliseconds, late: late === 1 };
      if (at === undefined || stage.migrations[at]!.state !== 'applied') stage.applied += 1;
      if (at === undefined) added.push(migration);
      else stage.migrations[at] = { ...stage.migrations[at], ...migration };
    }
    putBeforePending(stage.migrations, added);
    const listed = answer.applied.length <= 20;
    if (listed) for (const [, name, ms, late] of answer.applied) this.say(`applied ${name} in ${ms} ms${late ? ' (late)' : ''}`);
    else
      this.say(
        `applied ${counted(answer.applied.length, 'migration')}, ${answer.applied[0]![1]} to ${answer.applied.at(-1)![1]}; ${answer.remaining} remain`,
      );
    this.#draw();
  }

  /** A run that fails at a migration has applied those before it: they go in order, each in a transaction of its own. */
  blockedAt(index: number, failing: MigrationStatus): void {
    const stage = this.stages[index]!;
    for (const migration of stage.migrations.slice(0, stage.migrations.indexOf(failing))) {
      if (migration.state !== 'pending') continue;
      this.setMigration(index, { ...migration, state: 'applied' });
      stage.applied += 1;
    }
    this.setMigration(index, { ...failing, state: 'blocked' });
  }

  /** When the stages ran that hold no migrations; what has not ended ends now. */
  times(): StageTime[] {
    return this.stages.flatMap(({ kind, name, state, startedAt, endedAt = new Date().toISOString() }) =>
      kind === 'migrate' || startedAt === undefined ? [] : [{ kind, name, state, startedAt, endedAt }],
    );
  }

  setMigration(index: number, migration: MigrationStatus): void {
    const { migrations } = this.stages[index]!;
    const at = migrations.findIndex(({ version }) => version === migration.version);
    if (at >= 0) migrations[at] = { ...migrations[at], ...migration };
    else putBeforePending(migrations, [migration]);
  }

  /** The next one that is known by name. */
  nextOf(index: number): MigrationStatus | undefined {
    return this.stages[index]!.migrations.find(({ state }) => state === 'pending' || state === 'blocked' || state === 'running');
  }

  /** What the worker does and who blocks whom; nothing once it has ended. What it told then may come a moment later. */
  works(work: Work | undefined): void {
    if (work === this.work || (work && this.state !== 'running')) return;
    this.work = work;
    this.#draw();
  }

  become(state: DeployState): void {
    if (state === this.state) return;
    this.state = state;
    upsertSearchAttributes([
      { key: stateKey, value: state },
      { key: blockedOnKey, value: state === 'blocked' ? (this.fault?.version ?? this.fault?.code ?? '') : null },
    ]);
    this.#draw();
  }

  /** Adds a line to the story that the command line and the details page tell. */
  say(text: string): void {
    this.timeline.push({ at: new Date().toISOString(), text });
    this.#draw();
  }

  /** A plain copy, for the query and for continue-as-new. */
  snapshot(listed = LISTED): DeployStatus {
    const { target, environment, release, startedBy, state, findings, epoch, fault, approval, work, holdRequested, timeline } =
      this;
    const stages = this.stages.map((stage) => ({ ...stage, migrations: stage.migrations.slice(-listed) }));
    return {
      target,
      environment,
      release,
      startedBy,
      state,
      stages,
      findings,
      epoch,
      fault,
      approval,
      work,
      holdRequested,
      timeline: timeline.slice(-200),
    };
  }

  #draw(): void {
    setCurrentDetails(renderDetails(this));
  }
}

function putBeforePending(migrations: MigrationStatus[], added: readonly MigrationStatus[]): void {
  const firstPending = migrations.findIndex(({ state }) => state === 'pending');
  migrations.splice(firstPending < 0 ? migrations.length : firstPending, 0, ...added);
}
