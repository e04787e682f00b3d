import { log } from '@temporalio/activity';
import type { DeployActivities } from '../contract/activities.js';
import { executeCommand } from '../exec/execute.js';
import type { Dependencies } from './dependencies.js';
import { onStage } from './on-stage.js';

/** Runs the program of an `exec` stage. */
export function execute({ held, environment }: Dependencies): DeployActivities['execute'] {
  return (request) =>
    onStage(held, request, (holding, owner, control) => {
      const stage = holding.stages[request.stage]!;
      if (!('exec' in stage)) throw new TypeError(`stage ${request.stage} is no exec stage`);
      const { exec: command } = stage;
      const toLog = (line: string, stream: string): void => {
        log.info(line, { exec: command.name, stream });
      };
      const id = `${owner.deployId}-${request.stage}`;
      return executeCommand({ command, root: holding.root, environment, log: toLog, id }, control);
    });
}
