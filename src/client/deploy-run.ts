import { WorkflowNotFoundError, type Client, type WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { boundedText, MESSAGE } from '../contract/bounded.js';
import type { DeployStatus, Work } from '../contract/deploy.js';
import { status as statusQuery } from '../contract/messages.js';
import { deployTitle, deployWorkflowId, releaseQueue, type DeployName } from '../contract/names.js';
import type { TemporalLink } from '../temporal/connection.js';
import { pollersOf, serves, type Poller } from '../temporal/pollers.js';

/** What a deploy leaves in its memo, so that it can be named while no worker answers. */
export interface DeployMemo {
  readonly digest: string;
  readonly label: string;
  readonly by: string;
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
  readonly memo: DeployMemo;
}

/** A question to the workflow that nobody answered. */
export type Silence = 'no worker' | 'failing task' | 'no temporal' | 'no deploy';

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
  ) {
    this.id = deployWorkflowId(name);
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
      const { runId, status, memo, raw } = await this.#bounded(() => this.handle().describe());
      const { digest = '', label = 'unknown', by = 'unknown', turn = 0 } = (memo ?? {}) as Partial<DeployMemo>;
      const first = raw.workflowExecutionInfo?.firstRunId || runId;
      return {
        runId: first,
        lastRunId: runId,
        open: status.name === 'RUNNING',
        state: status.name,
        memo: { digest, label, by, turn },
      };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  /** What a worker does just now, as its heartbeat tells; undefined between two pieces of work. */
  async work(): Promise<Work | undefined> {
    const { raw } = await this.#bounded(() => this.handle().describe());
    const [pending] = raw.pendingActivities ?? [];
    const beat = pending?.heartbeatDetails?.payloads?.[0];
    if (!pending || !beat) return undefined;
    const progress = defaultPayloadConverter.fromPayload<Partial<Work>>(beat);
    if (progress.doing === undefined) return undefined;
    const failure = pending.lastFailure?.message ?? undefined;
    return { ...progress, doing: progress.doing, attempt: pending.attempt ?? 1, failure };
  }

  /** What the workflow says of itself, or why it says nothing. */
  async status(): Promise<DeployStatus | Silence> {
    try {
      const status = await this.#bounded(() => this.handle().query(statusQuery));
      return status.state === 'running' ? { ...status, work: (await this.work()) ?? status.work } : status;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'no deploy';
      // A deadline may mean either; Temporal answers for itself at once.
      try {
        const facts = await this.facts();
        if (!facts) return 'no deploy';
        return facts.open && (await this.taskFailure()) !== undefined ? 'failing task' : 'no worker';
      } catch {
        return 'no temporal';
      }
    }
  }

  /**
   * Why the workflow's code fails again and again, as after an upgrade of Pawl that does not replay what an earlier one began; undefined
   * while it does not.
   */
  async taskFailure(): Promise<string | undefined> {
    const { history } = await this.#bounded(() =>
      this.client.workflowService.getWorkflowExecutionHistoryReverse({
        namespace: this.link.namespace,
        execution: { workflowId: this.id },
        maximumPageSize: 50,
      }),
    );
    const task = (history?.events ?? []).find(
      (event) => event.workflowTaskCompletedEventAttributes ?? event.workflowTaskFailedEventAttributes,
    );
    const failed = task?.workflowTaskFailedEventAttributes;
    // A task that was begun by a worker and handed back, or overtaken by an event, fails too and is made anew at once.
    if (!failed?.failure?.message || Number(failed.cause) === UNHANDLED_COMMAND) return undefined;
    return boundedText(failed.failure.message, MESSAGE);
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

/** temporal.api.enums.v1.WorkflowTaskFailedCause. */
const UNHANDLED_COMMAND = 1;
