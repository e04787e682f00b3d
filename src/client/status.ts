import type { DeployStatus } from '../contract/deploy.js';
import type { DeployRun, RunFacts, Silence } from './deploy-run.js';

/** The deploy of a target that runs or ran last. */
export interface TargetStatus {
  readonly target: string;
  readonly environment?: string | undefined;
  readonly workflowId: string;
  /** What Temporal alone knows of it. */
  readonly run: RunFacts;
  /** What the deploy says of itself; undefined while nobody answers. */
  readonly status?: DeployStatus | undefined;
  /** Why `status` is missing. */
  readonly silence?: Silence | undefined;
}

/** @returns undefined when Temporal knows of no deploy of the target */
export async function statusOf(run: DeployRun): Promise<TargetStatus | undefined> {
  const facts = await run.facts();
  if (!facts) return undefined;
  const told = await run.status();
  const head = { target: run.target, environment: run.environment, workflowId: run.id, run: facts };
  return typeof told === 'string' ? { ...head, silence: told } : { ...head, status: told };
}
