import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { boundedText, MESSAGE } from '../contract/bounded.js';
import type { DeployInput } from '../contract/deploy.js';
import { DEPLOY_WORKFLOW, deployTitle, releaseQueue } from '../contract/names.js';
import { environmentKey, releaseKey, stateKey, targetKey } from '../contract/search-attributes.js';
import { codeSpan, plainMarkdown } from '../text/markdown.js';
import { ensureSearchAttributes } from '../temporal/search-attributes.js';
import type { DeployMemo, DeployRun } from './deploy-run.js';
import { pause } from './pause.js';

/** gRPC status: the server does not know a search attribute yet. */
const INVALID_ARGUMENT = 3;

/** Milliseconds until new search attributes are known everywhere; Temporal reloads them every few seconds. */
const ATTRIBUTES_WITHIN = 30_000;

/** Characters: Temporal takes 400 bytes. */
const SUMMARY = 100;

/** Everything that a client of Temporal, in any language, starts a deploy with. */
export interface StartRequest {
  readonly workflowType: string;
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly input: DeployInput;
  readonly memo: DeployMemo;
  /** All of them keywords. */
  readonly searchAttributes: Readonly<Record<string, string>>;
  readonly staticSummary: string;
  /** Markdown. */
  readonly staticDetails: string;
}

/** @returns what {@link start} asks Temporal for, and `pawl deploy --print-input` prints */
export function startRequest(workflowId: string, input: DeployInput): StartRequest {
  const { label, digest } = input.release;
  return {
    workflowType: DEPLOY_WORKFLOW,
    workflowId,
    taskQueue: releaseQueue(digest, input.environment),
    input,
    memo: { digest, label, by: input.by, turn: 0, ...(input.to !== undefined && { to: input.to }) },
    searchAttributes: {
      [targetKey.name]: input.target,
      ...(input.environment !== undefined && { [environmentKey.name]: input.environment }),
      [releaseKey.name]: label,
      [stateKey.name]: 'starting',
    },
    staticSummary: boundedText(`${deployTitle(input)} ← ${label}, by ${input.by}`, SUMMARY),
    staticDetails: staticDetails(input),
  };
}

/**
 * Starts the deploy.
 * @returns its run id, or undefined when a deploy of the target is under way
 */
export async function start(run: DeployRun, input: DeployInput): Promise<string | undefined> {
  const { workflowType, workflowId, taskQueue, memo, searchAttributes, ...page } = startRequest(run.id, input);
  const deadline = Date.now() + ATTRIBUTES_WITHIN;
  for (;;) {
    try {
      const handle = await run.client.workflow.start(workflowType, {
        workflowId,
        taskQueue,
        args: [input],
        workflowIdConflictPolicy: 'FAIL',
        staticSummary: page.staticSummary,
        staticDetails: page.staticDetails,
        memo: { ...memo },
        typedSearchAttributes: Object.entries(searchAttributes).map(([name, value]) => ({ key: keywordKey(name), value })),
      });
      return handle.firstExecutionRunId;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
      if (!isUnknownAttribute(error) || Date.now() > deadline) throw error;
      await ensureSearchAttributes(run.link);
      await pause(500);
    }
  }
}

const keywordKey = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

function isUnknownAttribute(error: unknown): boolean {
  const { code, details } = ((error as Error).cause ?? {}) as { code?: number; details?: string };
  return code === INVALID_ARGUMENT && /search attribute/i.test(details ?? '');
}

/** What the Web UI shows of a deploy also while no worker answers, as Markdown: what it is, and what to type then. */
export function staticDetails({ target, environment, release, stages, by, to }: DeployInput): string {
  const steps = stages.map(({ kind, name }) => (kind === name ? kind : `${kind} ${codeSpan(name)}`)).join(' → ');
  return `A PostgreSQL deploy of release **${plainMarkdown(release.label)}** to **${target}**${environment === undefined ? '' : ` in **${environment}**`}${to === undefined ? '' : `, up to **${plainMarkdown(to)}**`}, started by ${plainMarkdown(by)}: ${boundedText(steps, MESSAGE)}.

*Current Details* tell where it stands and what can be decided. They come from a worker that holds this release (queue \`${releaseQueue(release.digest, environment)}\`). **While they are empty, no such worker runs:** the deploy waits, what it committed stays, and the database says what that is.

\`\`\`
pawl status ${target}    where it stands
pawl worker ${' '.repeat(target.length)}    in a checkout of this release: continues
pawl deploy ${target}    in a checkout of a newer one: takes over
pawl log ${target}       who did what when
\`\`\``;
}
