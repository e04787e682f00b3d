import { Command as Commander, Option } from 'commander';
import type { Command } from './context.js';
import { option, verb } from './verb.js';

/** Carries out a verb whose module is loaded only now: `--help` and usage errors stay quick. */
export type Dispatch = <Settings>(load: () => Promise<Command<Settings>>, settings: Settings, flags: Flags) => Promise<void>;

export interface Flags {
  readonly config?: string;
  readonly json?: boolean;
}

/** All verbs with their arguments; what they do is in ./commands, one file each. */
export function createProgram(version: string, dispatch: Dispatch): Commander {
  const program = new Commander('pawl')
    .description('Deploys PostgreSQL schemas durably: every migration exactly once, never dirty, resumed at the exact point.')
    .version(version, '-V, --version')
    .showSuggestionAfterError()
    .showHelpAfterError('(pawl --help lists the verbs, pawl <verb> --help its options)')
    .addHelpText('after', EPILOGUE);
  addDeploy(program, dispatch);
  addDecisions(program, dispatch);
  return program;
}

const EPILOGUE = `
Exit codes: 0 done, 1 unexpected error, 2 usage or configuration, 3 blocked and waiting for a decision,
4 failed or refused, 5 cancelled, 6 busy, 7 findings, 130 detached by Ctrl-C (the deploy goes on).
Temporal is found as by its own CLI: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, temporal.toml.`;

function addDeploy(program: Commander, dispatch: Dispatch): void {
  verb(program, 'deploy [target]', 'start or join the deploy and follow it to its end')
    .option('--release <label>', 'what to call this release (default: the git commit)')
    .option('--detach', 'start it and leave')
    .addOption(
      new Option('--if-busy <what>', 'while another release is being deployed').choices(['wait', 'fail']).default('wait'),
    )
    .addOption(
      new Option('--on-failure <what>', 'when a migration fails for good: wait for a decision, or end')
        .choices(['block', 'abort'])
        .default('block'),
    )
    .addOption(option.by())
    .addOption(new Option('--with-worker', 'run a worker in this process for the time of the deploy').conflicts('detach'))
    .addOption(new Option('--direct', 'deploy from this process, without Temporal').conflicts(['detach', 'withWorker']))
    .action((target: string | undefined, flags: Flags & { ifBusy: 'wait' | 'fail'; onFailure: 'block' | 'abort' }) =>
      dispatch(async () => (await import('./commands/deploy.js')).deploy, { ...flags, target }, flags),
    );
  verb(program, 'status [target]', 'show where the target stands: running deploy, applied, pending, findings').action(
    (target: string | undefined, flags: Flags) =>
      dispatch(async () => (await import('./commands/status.js')).status, { target }, flags),
  );
}

function addDecisions(program: Commander, dispatch: Dispatch): void {
  const decision = (usage: string, description: string): Commander =>
    verb(program, usage, description).addOption(option.by()).addOption(option.reason());
  decision('hold [target]', 'stop the deploy before its next migration').action((target: string | undefined, flags: Flags) =>
    dispatch(async () => (await import('./commands/hold.js')).hold, { ...flags, target }, flags),
  );
  decision('resume [target]', 'let a held deploy go on').action((target: string | undefined, flags: Flags) =>
    dispatch(async () => (await import('./commands/resume.js')).resume, { ...flags, target }, flags),
  );
  decision('retry [target]', 'try the step again that blocks the deploy')
    .option('--lock-timeout <duration>', 'how long to wait for locks from now on, such as 10s')
    .action((target: string | undefined, flags: Flags) =>
      dispatch(async () => (await import('./commands/retry.js')).retry, { ...flags, target }, flags),
    );
  decision('skip [target] [version]', 'go on without the migration that blocks the deploy, for good; needs --reason').action(
    (target: string | undefined, version: string | undefined, flags: Flags) =>
      dispatch(async () => (await import('./commands/skip.js')).skip, { ...flags, target, version }, flags),
  );
  decision('approve [target]', 'give the approval that the deploy waits for')
    .option('--name <approval>', 'which approval is meant')
    .action((target: string | undefined, flags: Flags) =>
      dispatch(async () => (await import('./commands/approve.js')).approve, { ...flags, target }, flags),
    );
  decision('cancel [target]', 'end the deploy where it is; what is committed stays').action(
    (target: string | undefined, flags: Flags) =>
      dispatch(async () => (await import('./commands/cancel.js')).cancel, { ...flags, target }, flags),
  );
}
