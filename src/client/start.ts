import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { DeployInput } from '../contract/deploy.js';
import { DEPLOY_WORKFLOW, releaseQueue } from '../contract/names.js';
import { releaseKey, stateKey, targetKey } from '../contract/search-attributes.js';
import { ensureSearchAttributes } from '../temporal/search-attributes.js';
import type { DeployMemo, DeployRun } from './deploy-run.js';
import { pause } from './pause.js';

/** gRPC status: the server does not know a search attribute yet. */
const INVALID_ARGUMENT = 3;

/** Milliseconds until new search attributes are known everywhere; Temporal reloads them every few seconds. */
const ATTRIBUTES_WITHIN = 30_000;

/**
 * Starts the deploy.
 * @returns its run id, or undefined when a deploy of the target is under way
 */
export async function start(run: DeployRun, input: DeployInput): Promise<string | undefined> {
  const { label, digest } = input.release;
  const deadline = Date.now() + ATTRIBUTES_WITHIN;
  for (;;) {
    try {
      const handle = await run.client.workflow.start(DEPLOY_WORKFLOW, {
        workflowId: run.id,
        taskQueue: releaseQueue(digest),
        args: [input],
        workflowIdConflictPolicy: 'FAIL',
        staticSummary: `${input.target} ← ${label}, by ${input.by}`,
        staticDetails: staticDetails(input),
        memo: { digest, label, by: input.by } satisfies DeployMemo,
        typedSearchAttributes: [
          { key: targetKey, value: input.target },
          { key: releaseKey, value: label },
          { key: stateKey, value: 'starting' },
        ],
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

function isUnknownAttribute(error: unknown): boolean {
  const { code, details } = ((error as Error).cause ?? {}) as { code?: number; details?: string };
  return code === INVALID_ARGUMENT && /search attribute/i.test(details ?? '');
}

/** What the Web UI shows of a deploy also while no worker answers, as Markdown: what it is, and what to type then. */
export function staticDetails({ target, release, stages, by }: DeployInput): string {
  const steps = stages.map(({ kind, name }) => (kind === name ? kind : `${kind} \`${name}\``)).join(' → ');
  return `A PostgreSQL deploy of release **${release.label}** to **${target}**, started by ${by}: ${steps}.

*Current Details* tell where it stands and what can be decided. They come from a worker that holds this release (queue \`${releaseQueue(release.digest)}\`). **While they are empty, no such worker runs:** the deploy waits, what it committed stays, and the database says what that is.

\`\`\`
pawl status ${target}    where it stands
pawl worker ${' '.repeat(target.length)}    in a checkout of this release: goes on
pawl deploy ${target}    in a checkout of a newer one: takes over
pawl log ${target}       who did what when
\`\`\``;
}
