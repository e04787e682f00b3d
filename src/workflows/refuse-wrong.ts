import { workflowInfo } from '@temporalio/workflow';
import type { FleetInput } from '../contract/fleet.js';
import { fleetInputFault } from '../contract/input.js';
import { deployTitle, fleetWorkflowId } from '../contract/names.js';
import { refuse } from './refuse.js';

/** Refuses the input of a rollout that cannot be believed, with a sentence. */
export function refuseWrong(input: FleetInput): void {
  const { continuedFromExecutionRunId, workflowId } = workflowInfo();
  const fault = fleetInputFault(input, continuedFromExecutionRunId !== undefined);
  if (fault !== undefined) refuse(`the input of the workflow is wrong: ${fault}`);
  const name = { target: input.fleet, environment: input.environment };
  if (workflowId !== fleetWorkflowId(name))
    refuse(`the input of the workflow is wrong: fleet: the workflow ${workflowId} is not that of ${deployTitle(name)}`);
}
