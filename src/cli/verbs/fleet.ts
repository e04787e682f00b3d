import type { Command as Commander } from 'commander';
import type { Dispatch, Flags } from '../dispatch.js';
import { option, verb } from '../verb.js';

interface Choice {
  readonly only?: string[];
  readonly wave?: string;
}

/** The verbs of fleets: one release to many databases. */
export function addFleet(program: Commander, dispatch: Dispatch): void {
  const fleet = program.command('fleet').description('one release to many databases, in waves').exitOverride();
  const chosen = (usage: string, description: string): Commander =>
    verb(fleet, usage, description).option('--only <member...>', 'only these members').option('--wave <name>', 'only this wave');
  chosen('deploy [fleet]', 'roll the release out to the members, wave by wave')
    .option('--release <label>', 'what to call this release (default: the git commit)')
    .option('--follow', 'with --json: one line for each thing that happens, the outcome last')
    .option('--direct', 'roll out from this process, without Temporal')
    .addOption(option.by())
    .action((name: string | undefined, flags: Flags & Choice) =>
      dispatch(async () => (await import('../commands/fleet-deploy.js')).fleetDeploy, { ...flags, fleet: name }, flags),
    );
  chosen('plan [fleet]', 'show what a rollout would do, from the ledgers of the members; reads only').action(
    (name: string | undefined, flags: Flags & Choice) =>
      dispatch(async () => (await import('../commands/fleet-plan.js')).fleetPlan, { ...flags, fleet: name }, flags),
  );
  verb(fleet, 'members [fleet]', 'list the members as their source has them now, by wave').action(
    (name: string | undefined, flags: Flags) =>
      dispatch(async () => (await import('../commands/fleet-members.js')).fleetMembers, { fleet: name }, flags),
  );
}
