import { setCurrentDetails, upsertMemo } from '@temporalio/workflow';
import type { ApplyAnswer, BeginAnswer, SkipAnswer, StageTime } from '../contract/activities.js';
import { boundedFault, boundedLine, boundedStatus, boundedWork } from '../contract/bounded.js';
import type {
  ApprovalStatus,
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
import { leftText } from '../contract/up-to.js';
import { counted } from '../text/counted.js';
import { renderDetails } from './details.js';
import { listDeploy, listState } from './listed.js';

/** Migrations of a stage, and lines of the story, that are remembered. */
const REMEMBERED = 200;

interface StageOnBoard extends StagePlan {
  state: StageState;
  total: number;
  applied: number;
  skipped: number;
  left?: number;
  migrations: MigrationStatus[];
  /** Applied up to the last answer: a run that failed may have done more. */
  answered: number;
  startedAt?: string;
  endedAt?: string;
}

/** Everything that a person can see of a deploy: the status query, the details page, the search attributes. */
export class Board implements DeployStatus {
  readonly target: string;
  readonly environment: string | undefined;
  readonly release: Release;
  readonly to: string | undefined;
  readonly startedBy: string;
  readonly stages: StageOnBoard[];
  readonly timeline: TimelineEntry[] = [];
  database: DeployStatus['database'];
  state: DeployState = 'starting';
  since = new Date().toISOString();
  /** Grows with each state that the deploy comes to. */
  stay = 0;
  findings: readonly Finding[] = [];
  moreFindings = 0;
  epoch: number | undefined;
  plan: string | undefined;
  fault: Fault | undefined;
  approval: string | undefined;
  approving: ApprovalStatus | undefined;
  work: Work | undefined;
  /** The migration whose backfill runs. */
  backfill: string | undefined;
  holdRequested = false;
  /** What the deploy is about: it grows with each state and each decision, so that a client can tell one question from the next. */
  #turn = 0;
  #drawing = false;

  constructor(input: DeployInput) {
    this.target = input.target;
    this.environment = input.environment;
    this.release = input.release;
    this.to = input.to;
    this.startedBy = input.by;
    this.stages = input.stages.map((plan) => ({
      ...plan,
      state: 'waiting',
      total: 0,
      applied: 0,
      skipped: 0,
      answered: 0,
      migrations: [],
    }));
    const earlier = input.resumed?.status;
    if (earlier) {
      this.#turn = earlier.turn ?? 0;
      this.state = earlier.state;
      this.epoch = earlier.epoch;
      this.plan = earlier.plan;
      this.database = earlier.database;
      this.fault = earlier.fault;
      this.approval = earlier.approval;
      this.approving = earlier.approving;
      this.findings = earlier.findings;
      this.moreFindings = earlier.moreFindings ?? 0;
      this.timeline.push(...earlier.timeline);
      this.holdRequested = earlier.holdRequested;
      earlier.stages.forEach((stage, index) => Object.assign(this.stages[index]!, stage, { answered: stage.applied }));
    }
  }

  get turn(): number {
    return this.#turn;
  }

  /** Says whose deploy it is in the lists of Temporal, whichever client has started it. */
  introduce(): void {
    listDeploy(this);
  }

  /** Migrations that stay pending, for the deploy ends before them. */
  get left(): number {
    return this.stages.reduce((sum, { left = 0 }) => sum + left, 0);
  }

  /** Takes over what the first activity found: what is pending in each stage. */
  planned(answer: BeginAnswer): void {
    this.epoch = answer.epoch;
    this.plan = answer.plan;
    this.database = answer.database;
    this.say(`the database is ${answer.database.label}`);
    this.findings = answer.findings;
    this.moreFindings = answer.moreFindings;
    answer.stages.forEach(({ pending, next, left, beyond }, index) => {
      const stage = this.stages[index]!;
      stage.total = pending;
      if (left !== undefined) stage.left = left;
      if (beyond) stage.state = 'not run';
      stage.migrations.push(...next.map((migration) => ({ ...migration, state: 'pending' as const })));
    });
    if (answer.adopted > 0) this.say(`adopted ${counted(answer.adopted, 'migration')} from the legacy tracker`);
    for (const finding of answer.findings) this.say(`warning: ${finding.message}`);
    if (answer.moreFindings > 0) this.say(`${answer.moreFindings} more warnings: pawl plan ${this.target}`);
    const pending = answer.stages.reduce((sum, stage) => sum + stage.pending, 0);
    this.say(`${pending === 0 ? 'nothing is pending' : `${pending} pending`}${leftText(this.to, this.left)}`);
  }

  stage(index: number, state: StageState): void {
    const stage = this.stages[index]!;
    stage.state = state;
    stage.startedAt ??= new Date().toISOString();
    if (state === 'done' || state === 'failed' || state === 'cancelled') stage.endedAt = new Date().toISOString();
    this.#draw();
  }

  /** Notes what the ledger says was applied since the last answer. */
  applied(index: number, { applied, count, remaining, remarks = [] }: ApplyAnswer): void {
    const stage = this.stages[index]!;
    stage.answered += count;
    stage.applied = stage.answered;
    const news = applied.map(([version, name, milliseconds, late]): MigrationStatus => {
      return { version, name, state: 'applied', milliseconds, late: late === 1 };
    });
    const known = new Set(news.map(({ version }) => version));
    const others = stage.migrations.filter(({ version }) => !known.has(version));
    const passed = count > applied.length ? others.filter(({ state }) => state !== 'pending') : others;
    stage.migrations = remembered([...passed.filter(isOver), ...news, ...passed.filter((migration) => !isOver(migration))]);
    if (count === applied.length)
      for (const [, name, ms, late] of applied) this.say(`applied ${name} in ${ms} ms${late ? ' (out of order)' : ''}`);
    else this.say(`applied ${counted(count, 'migration')}, ${applied[0]![1]} to ${applied.at(-1)![1]}; ${remaining} remain`);
    for (const remark of remarks) this.say(remark);
    this.#draw();
  }

  /** Notes that a migration counts as applied without having run here. */
  skipped(index: number, version: string, { name, outcome }: SkipAnswer): void {
    const stage = this.stages[index]!;
    stage.answered = stage.applied;
    stage.skipped += 1;
    this.setMigration(index, { version, name, state: outcome });
    this.say(outcome === 'skipped' ? `skipped ${name}: it counts as applied and has not run` : `${name} was applied already`);
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
    else this.stages[index]!.migrations = [...migrations.filter(isOver), migration, ...migrations.filter((one) => !isOver(one))];
  }

  /** The next one that is known by name. */
  nextOf(index: number): MigrationStatus | undefined {
    return this.stages[index]!.migrations.find(({ state }) => state === 'pending' || state === 'blocked' || state === 'running');
  }

  /** What the worker does, who blocks whom and why attempts fail; nothing once it has ended. What it told then may come a moment later. */
  works(work: Work | undefined): void {
    const busy = this.state === 'running' || this.state === 'starting';
    if (work === this.work || (work && !busy)) return;
    this.work = work && boundedWork({ ...work, at: new Date().toISOString() });
    this.#draw();
  }

  become(state: DeployState): void {
    if (state === this.state) return;
    this.state = state;
    this.stay += 1;
    this.since = new Date().toISOString();
    listState(state, this.fault);
    this.turned();
    this.#draw();
  }

  /** A decision was taken, or another one is waited for. */
  turned(): void {
    this.#turn += 1;
    upsertMemo({ turn: this.#turn, since: this.since });
  }

  blame(fault: Fault): void {
    this.fault = boundedFault(fault);
  }

  /** Adds a line to the story that the command line and the details page tell. */
  say(text: string): void {
    this.timeline.push({ at: new Date().toISOString(), text: boundedLine(text) });
    if (this.timeline.length > REMEMBERED) this.timeline.shift();
    this.#draw();
  }

  /** A plain copy, for the query, for continue-as-new, and as the last words. */
  snapshot(): DeployStatus {
    return boundedStatus({
      target: this.target,
      environment: this.environment,
      database: this.database,
      release: this.release,
      to: this.to,
      startedBy: this.startedBy,
      state: this.state,
      since: this.since,
      findings: this.findings,
      moreFindings: this.moreFindings,
      epoch: this.epoch,
      plan: this.plan,
      fault: this.fault,
      approval: this.approval,
      approving: this.approving,
      work: this.work,
      backfill: this.backfill,
      holdRequested: this.holdRequested,
      stages: this.stages,
      timeline: this.timeline,
      turn: this.#turn,
    });
  }

  /** Once for all that happens at one time. A page that cannot be drawn is not worth a deploy. */
  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    void Promise.resolve().then(() => {
      this.#drawing = false;
      setCurrentDetails(pageOf(this));
    });
  }
}

function pageOf(board: Board): string {
  try {
    return renderDetails(board.snapshot());
  } catch (error) {
    return `This page could not be drawn (${(error as Error).name}). Type: pawl status`;
  }
}

function isOver({ state }: MigrationStatus): boolean {
  return state === 'applied' || state === 'already' || state === 'skipped';
}

/** The newest ones that are over, and all others. */
function remembered(migrations: MigrationStatus[]): MigrationStatus[] {
  const over = migrations.filter(isOver).length;
  return migrations.slice(Math.max(0, Math.min(over, migrations.length - REMEMBERED)));
}
