import {
  WorkflowNotFoundError,
  type Client,
  type QueryDefinition,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import type { DeployStatus } from '../contract/deploy.js';
import { status as statusQuery } from '../contract/messages.js';
import { blockedOnKey, stateKey } from '../contract/search-attributes.js';
import { deployTitle, deployWorkflowId, releaseQueue, type DeployName } from '../contract/names.js';
import type { TemporalLink } from '../temporal/link.js';
import { pollersOf, serves, type Poller } from '../temporal/pollers.js';
import { overrule } from './overrule.js';
import { pendingWork } from './pending-work.js';
import { taskFailure } from './task-failure.js';

/** What a deploy leaves in its memo, so that it can be named while no worker answers. */
export interface DeployMemo {
  readonly digest: string;
  readonly label: string;
  readonly by: string;
  /** The version that it ends with, where it is not to apply everything. */
  readonly to?: string | undefined;
  /** What the deploy is about: it grows with each state and each decision. */
  readonly turn: number;
}

/** The newest run of a target's deploy, as Temporal alone knows it. */
export interface RunFacts {
  /** First of the chain of runs that continue each other. */
  readonly runId: string;
  /** The one that is at work, or was last. */
  readonly lastRunId: string;
  readonly open: boolean;
  /** `RUNNING`, `COMPLETED`, `TERMINATED`, ... */
  readonly state: string;
  /** ISO 8601; of the run that is at work, or was last. */
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  readonly memo: DeployMemo;
  /** What the deploy said last of itself, which stays known where nobody answers for it. */
  readonly told?: LastWord | undefined;
}

/** Kept by Temporal, whichever worker is there. */
export interface LastWord {
  /** Such as `blocked`. */
  readonly state: string;
  /** ISO 8601; when it came into that state. */
  readonly since?: string | undefined;
  /** Version or code. */
  readonly blockedOn?: string | undefined;
}

/** A question to the workflow that nobody answered; with a `failing task` a worker is there, whose code cannot go on. */
export type Silence = 'no worker' | 'no temporal' | 'no deploy' | 'failing task';

/** A kind of workflow about a name, and the words for it. */
export interface RunKind {
  readonly idOf: (name: DeployName) => string;
  readonly noun: 'deploy' | 'rollout';
  /** What its verbs are typed after: `pawl` as in `pawl status orders`. */
  readonly command: string;
  /** What ends one whose workflow cannot go on. */
  readonly endOf: (name: DeployName) => string;
}

const DEPLOY: RunKind = {
  idOf: deployWorkflowId,
  noun: 'deploy',
  command: 'pawl',
  endOf: ({ target }) => `pawl cancel ${target}`,
};

/** Milliseconds for one question. */
const PATIENCE = 5_000;

/** The deploys of one target, seen from a client. */
export class DeployRun {
  readonly id: string;
  readonly target: string;
  readonly environment: string | undefined;

  constructor(
    readonly link: TemporalLink,
    name: DeployName,
    readonly kind = DEPLOY,
  ) {
    this.id = kind.idOf(name);
    this.target = name.target;
    this.environment = name.environment;
  }

  /** As people call it: `orders`, or `orders (staging)`. */
  get title(): string {
    return deployTitle(this);
  }

  get client(): Client {
    return this.link.client;
  }

  /** A handle on the newest run; with `first` its result is that of the chain which began there. */
  handle(first?: string): WorkflowHandle {
    return this.client.workflow.getHandle(this.id, undefined, first === undefined ? {} : { firstExecutionRunId: first });
  }

  /** @returns undefined when the target has never been deployed, or so long ago that Temporal has forgotten it */
  async facts(): Promise<RunFacts | undefined> {
    try {
      const { runId, status, memo, raw, startTime, closeTime, typedSearchAttributes } = await this.#bounded(() =>
        this.handle().describe(),
      );
      const {
        digest = '',
        label = 'unknown',
        by = 'unknown',
        turn = 0,
        to,
        since,
      } = (memo ?? {}) as Partial<DeployMemo & LastWord>;
      const told = typedSearchAttributes.get(stateKey);
      const first = raw.workflowExecutionInfo?.firstRunId || runId;
      return {
        runId: first,
        lastRunId: runId,
        open: status.name === 'RUNNING',
        state: status.name,
        startedAt: startTime.toISOString(),
        ...(closeTime && { endedAt: closeTime.toISOString() }),
        memo: { digest, label, by, turn, to },
        ...(told !== undefined && { told: { state: told, since, blockedOn: typedSearchAttributes.get(blockedOnKey) } }),
      };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  /** What the workflow says of itself, as far as the state of its run bears it out, or why it says nothing. */
  async status(): Promise<DeployStatus | Silence> {
    const answer = await this.ask(statusQuery);
    if (typeof answer === 'string') return answer;
    const { told, description } = answer;
    const { status, closeTime, raw } = description;
    if (status.name !== 'RUNNING') return overrule(told, status.name, closeTime);
    const busy = told.state === 'running' || told.state === 'starting';
    return busy
      ? { ...told, work: (await pendingWork(raw.pendingActivities?.[0], this.client.options.loadedDataConverter)) ?? told.work }
      : told;
  }

  /** What the workflow answers to a query, beside what Temporal says of its run, or why it answers nothing. */
  async ask<T>(
    query: QueryDefinition<T>,
  ): Promise<{ readonly told: T; readonly description: WorkflowExecutionDescription } | Silence> {
    try {
      const told = await this.#bounded(() => this.handle().query(query));
      return { told, description: await this.#bounded(() => this.handle().describe()) };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'no deploy';
      // A deadline may mean either; Temporal answers for itself at once.
      return this.#silence().catch(() => 'no temporal' as const);
    }
  }

  async #silence(): Promise<Silence> {
    const facts = await this.facts();
    if (!facts) return 'no deploy';
    return facts.open && (await this.taskFailure()) !== undefined ? 'failing task' : 'no worker';
  }

  /**
   * Why the workflow's code fails again and again, as after an upgrade of Pawl that does not replay what an earlier one began; undefined
   * while it does not.
   */
  async taskFailure(): Promise<string | undefined> {
    return this.#bounded(() => taskFailure(this.link, this.id));
  }

  /** The workers that poll the queue of a release and serve this target. */
  async pollers(digest: string): Promise<Poller[]> {
    const pollers = await pollersOf(this.client, this.link.namespace, releaseQueue(digest, this.environment));
    return pollers.filter((poller) => serves(poller, this.target));
  }

  #bounded<T>(ask: () => Promise<T>): Promise<T> {
    return this.client.withDeadline(Date.now() + PATIENCE, ask);
  }
}
