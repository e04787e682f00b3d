/** Workflow type, ids and search attributes: what clients, workers and dashboards must agree on. */
export const DEPLOY_WORKFLOW = 'deploy';

/** One deploy per target at a time: Temporal refuses a second open workflow with this id. */
export function deployWorkflowId(target: string): string {
  return `deploy/${target}`;
}

/** The target of a deploy's workflow id; undefined for other workflows. */
export function targetOfWorkflow(workflowId: string | undefined): string | undefined {
  return workflowId?.startsWith('deploy/') ? workflowId.slice('deploy/'.length) : undefined;
}

/** The queue that only workers holding exactly this release poll. */
export function releaseQueue(digest: string): string {
  return `pawl-${digest}`;
}

/** Four keywords; SQL-backed Temporal stores allow ten. */
export const SEARCH_ATTRIBUTES = ['PawlTarget', 'PawlState', 'PawlRelease', 'PawlBlockedOn'] as const;
