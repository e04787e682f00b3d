/** Workflow type, ids and search attributes: what clients, workers and dashboards must agree on. */
export const DEPLOY_WORKFLOW = 'deploy';

/** A target where it is deployed. */
export interface DeployName {
  readonly target: string;
  /** Such as `staging`; undefined where none is named. */
  readonly environment?: string | undefined;
}

/**
 * One deploy per target and environment at a time: Temporal refuses a second open workflow with this id.
 * @example deployWorkflowId({ target: 'orders', environment: 'staging' }) // deploy/staging/orders
 */
export function deployWorkflowId(name: DeployName): string {
  return workflowIdOf('deploy', name);
}

/** One rollout per fleet and environment at a time. */
export function fleetWorkflowId(name: DeployName): string {
  return workflowIdOf('fleet', name);
}

/** No name holds a slash but that of a fleet's member, `tenants/acme`, which here is `tenants:acme`. */
function workflowIdOf(kind: 'deploy' | 'doctor' | 'fleet' | 'verify', { target, environment }: DeployName): string {
  const name = target.replace('/', ':');
  return environment === undefined ? `${kind}/${name}` : `${kind}/${environment}/${name}`;
}

/** What the workflow id of a deploy says; undefined for other workflows. */
export function parseWorkflowId(workflowId: string | undefined): DeployName | undefined {
  const [, environment, target] = /^deploy[/](?:([^/]+)[/])?([^/]+)$/.exec(workflowId ?? '') ?? [];
  return target === undefined
    ? undefined
    : { target: target.replace(':', '/'), ...(environment !== undefined && { environment }) };
}

/** The queue that only workers holding exactly this release for this environment poll. */
export function releaseQueue(digest: string, environment: string | undefined): string {
  return environment === undefined ? `pawl-${digest}` : `pawl-${environment}-${digest}`;
}

/** Starts a deploy and waits for its end; takes `{ target }`. Any client of Temporal, a Schedule or another workflow starts it. */
export const FRONT_WORKFLOW = 'pawl.deploy';

/** Holds the database against the files of the newest release; takes `{ target }`. What `pawl schedule verify` starts. */
export const VERIFY_WORKFLOW = 'pawl.verify';

/** Ends as soon as a worker of the queue that it is started on has worked on it; takes `{ target }`. What `pawl doctor` asks with. */
export const ANSWER_WORKFLOW = 'pawl.answer';

/** The id of a question to the workers of a release; two who ask at once ask together. */
export function answerWorkflowId(name: DeployName, digest: string): string {
  return `${workflowIdOf('doctor', name)}/${digest}`;
}

/** The id of a target's schedule; Temporal puts the time behind it for each workflow that it starts. */
export function verifyScheduleId(name: DeployName): string {
  return workflowIdOf('verify', name);
}

/** The queue of {@link FRONT_WORKFLOW} and {@link VERIFY_WORKFLOW}: all workers of an environment poll it, whatever their release. */
export function frontQueue(environment: string | undefined): string {
  return environment === undefined ? 'pawl' : `pawl/${environment}`;
}

/** As people call a target: `orders`, or `orders (staging)`. */
export function deployTitle({ target, environment }: DeployName): string {
  return environment === undefined ? target : `${target} (${environment})`;
}

/** Five keywords; SQL-backed Temporal stores allow ten. */
export const SEARCH_ATTRIBUTES = ['PawlTarget', 'PawlEnvironment', 'PawlState', 'PawlRelease', 'PawlBlockedOn'] as const;
