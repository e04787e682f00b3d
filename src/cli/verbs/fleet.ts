import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Dispatch } from '../dispatch.js';
import { option, verb } from '../verb.js';

/** The verbs of fleets: one release to many databases. */
export function addFleet(program: CommandUnknownOpts, dispatch: Dispatch): void {
  const fleet = program.command('fleet').description('one release to many databases, in waves').exitOverride();
  const chosen = <Usage extends string>(usage: Usage, description: string) =>
    verb(fleet, usage, description).option('--only <member...>', 'only these members').option('--wave <name>', 'only this wave');
  chosen('deploy [fleet]', 'roll the release out to the members, wave by wave')
    .option('--release <label>', 'what to call this release (default: the git commit)')
    .option('--follow', 'with --json: one line for each thing that happens, the outcome last')
    .option('--detach', 'start it and leave')
    .addOption(
      new Option('--if-busy <what>', 'while another release is being rolled out: take its place, or fail')
        .choices(['wait', 'fail'])
        .default('wait'),
    )
    .addOption(
      new Option(
        '--on-failure <what>',
        'a member that fails for good: let a deploy of its own wait for a decision, or only report it',
      )
        .choices(['block', 'abort'])
        .default('block'),
    )
    .addOption(new Option('--with-worker', 'run a worker in this process for the time of the rollout').conflicts('detach'))
    .addOption(new Option('--direct', 'roll out from this process, without Temporal').conflicts(['detach', 'withWorker']))
    .addOption(option.by())
    .action((name, flags) =>
      dispatch(async () => (await import('../commands/fleet-deploy.js')).fleetDeploy, { ...flags, fleet: name }, flags),
    );
  chosen('plan [fleet]', 'show what a rollout would do, from the ledgers of the members; reads only').action((name, flags) =>
    dispatch(async () => (await import('../commands/fleet-plan.js')).fleetPlan, { ...flags, fleet: name }, flags),
  );
  verb(fleet, 'members [fleet]', 'list the members as their source has them now, by wave').action((name, flags) =>
    dispatch(async () => (await import('../commands/fleet-members.js')).fleetMembers, { fleet: name }, flags),
  );
  chosen('verify [fleet]', 'whether every member has what the files say; reads only').action((name, flags) =>
    dispatch(async () => (await import('../commands/fleet-verify.js')).fleetVerify, { ...flags, fleet: name }, flags),
  );
  verb(fleet, 'add <member> [fleet]', 'make the database or the schema of a new member, and deploy the release to it')
    .option('--set <column=value...>', 'values of a member that its source does not have yet')
    .option('--release <label>', 'what to call this release (default: the git commit)')
    .addOption(option.by())
    .action((member, name, flags) =>
      dispatch(async () => (await import('../commands/fleet-add.js')).fleetAdd, { ...flags, member, fleet: name }, flags),
    );
  verb(fleet, 'status [fleet]', 'show the rollout that runs or ran last, and groups of members by what their ledgers say')
    .option('--drift', 'look at the schemas of the members too, and tell those apart that differ')
    .option('--html <file>', 'write a page about the rollout: waves, members that failed, decisions')
    .action((name, flags) =>
      dispatch(async () => (await import('../commands/fleet-status.js')).fleetStatus, { ...flags, fleet: name }, flags),
    );
  for (const [name, description] of Object.entries(DECISIONS) as [keyof typeof DECISIONS, string][])
    verb(fleet, `${name} [fleet]`, description)
      .addOption(option.by())
      .addOption(option.reason())
      .action((of, flags) =>
        dispatch(
          async () => (await import('../commands/fleet-decide.js')).fleetDecide,
          { ...flags, verb: name, fleet: of },
          flags,
        ),
      );
  for (const [name, description] of Object.entries(BLOCKED) as [keyof typeof BLOCKED, string][])
    verb(fleet, `${name} [fleet]`, description)
      .option('--all', 'all of them')
      .option('--only <member...>', 'only these members')
      .addOption(option.by())
      .addOption(option.reason())
      .action((of, flags) =>
        dispatch(
          async () => (await import('../commands/fleet-blocked.js')).fleetBlocked,
          { ...flags, verb: name, fleet: of },
          flags,
        ),
      );
}

const DECISIONS = {
  hold: 'begin no further members; what runs ends',
  resume: 'let a rollout that is held, or that stopped because members failed, continue',
  approve: 'approve the wave that waits',
  cancel: 'end the rollout: what runs is rolled back, what is committed stays',
} as const;

const BLOCKED = {
  retry: 'try again at the members that are blocked, and wait for what comes of it',
  skip: 'let the blocked members continue without the migration that blocks them, for good; needs --reason',
} as const;
