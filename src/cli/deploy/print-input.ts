import { startRequest } from '../../client/start.js';
import type { DeployInput } from '../../contract/deploy.js';
import { deployWorkflowId } from '../../contract/names.js';
import { connectionSettings } from '../../temporal/connection.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';

/** Prints everything that a client of Temporal, in any language, starts this deploy with; asks no server, and starts nothing. */
export function printInput({ output }: Context, input: DeployInput): ExitCode {
  const { address, namespace } = connectionSettings();
  const request = { address, namespace, ...startRequest(deployWorkflowId(input), input), idConflictPolicy: 'FAIL' };
  output.report(JSON.stringify(request, null, 2), request);
  return EXIT.done;
}
