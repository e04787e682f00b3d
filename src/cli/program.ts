import { Argument, Command as Commander, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { VerbName } from '../contract/decision.js';
import { VERBS } from '../contract/verbs.js';
import type { Dispatch } from './dispatch.js';
import { durationText, limitText, wholeNumber } from './option-text.js';
import { addCheck } from './verbs/check.js';
import { addLedger } from './verbs/ledger.js';
import { addBackfill } from './verbs/backfill.js';
import { addFleet } from './verbs/fleet.js';
import { addSchedule } from './verbs/schedule.js';
import { addServers } from './verbs/servers.js';
import { option, verb } from './verb.js';
import { verbTree } from './verb-tree.js';

/** All verbs with their arguments; what they do is in ./commands, one file each. */
export function createProgram(version: string, dispatch: Dispatch): Commander {
  const program = new Commander('pawl')
    .description('Deploys PostgreSQL schemas durably: every migration exactly once, never dirty, resumed at the exact point.')
    .version(version, '-V, --version')
    .showSuggestionAfterError()
    .showHelpAfterError('(pawl --help lists the verbs, pawl <verb> --help its options)')
    .addHelpText('after', EPILOGUE);
  program.commandsGroup('Deploy and look:');
  addDeploy(program, dispatch);
  addLooks(program, dispatch);
  addFleet(program, dispatch);
  addBackfill(program, dispatch);
  program.commandsGroup('Before the merge:');
  addCheck(program, dispatch);
  program.commandsGroup('Decide about a deploy:');
  addDecisions(program, dispatch);
  program.commandsGroup('Files and what counts as applied:');
  addChanges(program, dispatch);
  program.commandsGroup('Processes and tools:');
  addProcesses(program, dispatch);
  return program;
}

const EPILOGUE = `
Exit codes: 0 done, 1 unexpected error, 2 usage or configuration, 3 blocked and waiting for a decision,
4 failed or refused, 5 cancelled, 6 busy, 7 findings, 130 detached by Ctrl-C (the deploy goes on).
Temporal is found as by its own CLI: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, temporal.toml.`;

function addDeploy(program: CommandUnknownOpts, dispatch: Dispatch): void {
  verb(program, 'deploy [target]', 'start or join the deploy and follow it to its end')
    .option('--release <label>', 'what to call this release (default: the git commit)')
    .option('--to <version>', 'end with this version; what comes after it stays pending')
    .option('--detach', 'start it and leave')
    .addOption(new Option('--follow', 'with --json: one line for each thing that happens, the outcome last').conflicts('detach'))
    .addOption(
      new Option('--if-busy <what>', 'while another release is being deployed').choices(['wait', 'fail']).default('wait'),
    )
    .addOption(
      new Option('--on-failure <what>', 'when a migration fails for good: wait for a decision, or end')
        .choices(['block', 'abort'])
        .default('block'),
    )
    .addOption(option.by())
    .addOption(
      new Option(
        '--with-worker',
        'run a worker in this process for the time of the deploy; run again, it retries a blocked one',
      ).conflicts('detach'),
    )
    .addOption(
      new Option('--wait-worker <duration>', 'how long to wait for a worker that holds this release (default: 10s)').argParser(
        durationText,
      ),
    )
    .addOption(new Option('--direct', 'deploy from this process, without Temporal').conflicts(['detach', 'withWorker']))
    .option('--print-input', 'print as JSON what any client of Temporal starts this deploy with, and start nothing')
    .action((target, flags) => dispatch(async () => (await import('./commands/deploy.js')).deploy, { ...flags, target }, flags));
}

function addLooks(program: CommandUnknownOpts, dispatch: Dispatch): void {
  verb(program, 'status [target]', 'show where the target stands: running deploy, applied, pending, findings')
    .option('--watch', 'keep showing the deploy until it has ended; with --json one line for each thing that happens')
    .addOption(
      new Option(
        '--exit-code',
        'exit as pawl deploy does: 3 blocked, 4 failed or open without an answer, 5 cancelled; else 0',
      ).conflicts('watch'),
    )
    .action((target, flags) =>
      flags.watch
        ? dispatch(async () => (await import('./commands/watch.js')).watch, { target }, flags)
        : dispatch(async () => (await import('./commands/status.js')).status, { target, exitCode: flags.exitCode }, flags),
    );
  verb(program, 'plan [target]', 'show what a deploy would do; reads only')
    .option('--to <version>', 'what a deploy would do that ends with this version')
    .option('--sql', 'print the SQL of what is pending, as it would run')
    .action((target, flags) => dispatch(async () => (await import('./commands/plan.js')).plan, { ...flags, target }, flags));
  verb(program, 'verify [target]', 'hold the database against the files: applied set, checksums, assertions, the schema')
    .option('--schema', 'also compare the schema with what the applied files make on a throwaway database')
    .option('--exec', 'with --schema: run the programs of exec stages there too')
    .option('--ignore-privileges', 'with --schema: grants make no difference')
    .action((target, flags) => dispatch(async () => (await import('./commands/verify.js')).verify, { ...flags, target }, flags));
  verb(program, 'schema [target]', 'write down the schema that the files give, as SQL in a stable order')
    .option('--at <version>', 'as it is after this version')
    .addOption(new Option('--live', 'the schema that the database has now, instead of the files').conflicts('at'))
    .addOption(new Option('--out <file>', 'write it there').conflicts('check'))
    .option('--check <file>', 'hold this file against it: 7 where it differs')
    .action((target, flags) => dispatch(async () => (await import('./commands/schema.js')).schema, { ...flags, target }, flags));
  verb(
    program,
    'blame <name> [target]',
    'tell which migration made an object (orders, orders.total) and which changed it last',
  ).action((name, target, flags) => dispatch(async () => (await import('./commands/blame.js')).blame, { name, target }, flags));
  verb(program, 'log [target]', 'show the audit: deploys, decisions, migrations')
    .addOption(new Option('-n, --limit <entries>', 'how many, newest ones').default(100).argParser(wholeNumber))
    .option('--deploy <label>', 'one deploy, by its release label or its id')
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .option('--html <file>', 'write a page about one deploy, the newest one by default, with a timeline')
    .action((target, flags) => dispatch(async () => (await import('./commands/log.js')).log, { ...flags, target }, flags));
  verb(program, 'await [target]', 'for dependents: wait until versions are applied; takes no lock')
    .addOption(new Option('--until <version...>', 'wait for these versions (default: all files that are here)'))
    .addOption(new Option('--timeout <duration>', 'give up after this long, such as 5m').argParser(durationText))
    .action((target, flags) =>
      dispatch(async () => (await import('./commands/await.js')).awaitCommand, { ...flags, target }, flags),
    );
}

function addDecisions(program: CommandUnknownOpts, dispatch: Dispatch): void {
  const decision = <Usage extends string>(name: VerbName, usage: Usage) =>
    verb(program, usage, VERBS[name].description).addOption(option.by()).addOption(option.reason());
  const answered = <Usage extends string>(name: VerbName, usage: Usage) =>
    decision(name, usage).option(
      '--with-worker',
      'serve the deploy from this process and follow it, where no worker stands by; needs the files of its release',
    );
  decision('hold', 'hold [target]').action((target, flags) =>
    dispatch(async () => (await import('./commands/hold.js')).hold, { ...flags, target }, flags),
  );
  answered('resume', 'resume [target]').action((target, flags) =>
    dispatch(async () => (await import('./commands/resume.js')).resume, { ...flags, target }, flags),
  );
  answered('retry', 'retry [target]')
    .addOption(
      new Option('--lock-timeout <duration>', 'how long to wait for locks from now on, such as 10s').argParser(limitText),
    )
    .action((target, flags) => dispatch(async () => (await import('./commands/retry.js')).retry, { ...flags, target }, flags));
  answered('skip', 'skip [target] [version]').action((target, version, flags) =>
    dispatch(async () => (await import('./commands/skip.js')).skip, { ...flags, target, version }, flags),
  );
  answered('approve', 'approve [target]')
    .option('--name <approval>', 'which approval is meant')
    .option('--sign <key>', 'sign it with this SSH key; a public one is looked for in ssh-agent')
    .addOption(
      new Option('--signature <file>', 'a signature that was made elsewhere, over what --print prints').conflicts('sign'),
    )
    .addOption(
      new Option('--print', 'print the line to sign, or with a signature the data for the Web UI, and send nothing').conflicts(
        'withWorker',
      ),
    )
    .action((target, flags) =>
      dispatch(async () => (await import('./commands/approve.js')).approve, { ...flags, target }, flags),
    );
  answered('cancel', 'cancel [target]').action((target, flags) =>
    dispatch(async () => (await import('./commands/cancel.js')).cancel, { ...flags, target }, flags),
  );
}

function addChanges(program: CommandUnknownOpts, dispatch: Dispatch): void {
  verb(
    program,
    'init',
    'write the configuration, the ignore file and the gate in CI for the project that is here; asks nothing',
  ).action((flags) => dispatch(async () => (await import('./commands/init.js')).init, {}, flags));
  verb(program, 'new <name...>', 'write the next migration, named as its neighbours are, as the tool would whose files they are')
    .option('--target <target>', 'for which target')
    .action((words, flags) =>
      dispatch(
        async () => (await import('./commands/new.js')).newCommand,
        { name: words.join(' '), target: flags.target },
        flags,
      ),
    );
  verb(program, 'adopt [target]', 'show what would be taken over from a legacy tracker; with --yes take it over')
    .option('--yes', 'do it')
    .option('--assume <version...>', 'suspects that are applied')
    .option('--pending <version...>', 'suspects that were skipped, and are applied by the next deploy')
    .addOption(
      new Option('--retire', "drop the old tool's tables, once all is well: shown only, without --yes and --reason").conflicts([
        'assume',
        'pending',
      ]),
    )
    .addOption(option.by())
    .addOption(option.reason())
    .action((target, flags) => dispatch(async () => (await import('./commands/adopt.js')).adopt, { ...flags, target }, flags));
  verb(program, 'rollback [target]', "run the newest applied migration's down file and take its row away; needs --reason")
    .addOption(option.by())
    .addOption(option.reason())
    .action((target, flags) =>
      dispatch(async () => (await import('./commands/rollback.js')).rollback, { ...flags, target }, flags),
    );
  verb(program, 'squash [target]', 'make one or a few files of old migrations, proved to give the same')
    .requiredOption('--to <version>', 'the last version that goes into them')
    .option('--stage <directory>', 'which migrate stage (default: the first)')
    .option('--split', 'files of their own for schema, seed rows and constraints')
    .option('--seed <table...>', 'keep the rows of these tables; `all` for every one')
    .option('--without-rows <table...>', 'leave the rows of these tables out; `all` for every one')
    .option('--dry-run', 'prove it, and change no file')
    .action((target, flags) => dispatch(async () => (await import('./commands/squash.js')).squash, { ...flags, target }, flags));
  addLedger(program, dispatch);
}

function addProcesses(program: CommandUnknownOpts, dispatch: Dispatch): void {
  verb(program, 'diff <a> [b]', 'compare two schemas: directories of SQL, targets, env:VARIABLE, recorded schemas')
    .option('--html <file>', 'write the differences as a page')
    .option('--record <file>', 'record the schema of A, to be compared later')
    .option('--ignore-owners', 'who owns an object makes no difference')
    .option('--ignore-privileges', 'grants make no difference')
    .action((a, b, flags) => dispatch(async () => (await import('./commands/diff.js')).diff, { ...flags, a, b }, flags));
  verb(
    program,
    'owners [target]',
    "find migrations that define what another service owns; or write a retired service's GRANT script",
  )
    .option('--also <owner=directory...>', 'migrations of services that have no target here')
    .option('--grants <role>', 'write the GRANT script for the role of a retired service')
    .option('--of <owner...>', 'with --grants: whose objects it continues using (default: all)')
    .option('--new-owner <role>', 'with --grants: the role that takes over the tables it owns')
    .action((target, flags) => dispatch(async () => (await import('./commands/owners.js')).owners, { ...flags, target }, flags));
  verb(program, 'grants [target]', 'print the rights that each role needs in the database, as a script; or check them')
    .option('--deployer <role>', 'the role that deploys (default: <target>_deployer)')
    .option('--reader <role>', 'the role that only looks (default: <target>_reader)')
    .option('--dependent <role>', 'the role of a service that waits with await (default: <target>_dependent)')
    .option('--approver <role>', 'the role of who decides (default: <target>_approver)')
    .option('--check', 'say what the named roles lack; without names, what the user of the connection string lacks to deploy')
    .action((target, flags) => dispatch(async () => (await import('./commands/grants.js')).grants, { ...flags, target }, flags));
  verb(program, 'doctor [target]', 'check everything that a deploy needs, and say the cure').action((target, flags) =>
    dispatch(async () => (await import('./commands/doctor.js')).doctor, { target }, flags),
  );
  verb(program, 'explain <code>', 'say what the code of an error, a finding or a check means, and what to do').action(
    (code, flags) => dispatch(async () => (await import('./commands/explain.js')).explain, { code }, flags),
  );
  addServers(program, dispatch);
  addSchedule(program, dispatch);
  program
    .command('completion')
    .description('print the script that completes words in a shell, or the names it asks for: targets, fleets, versions')
    .addArgument(new Argument('<what>').choices(['bash', 'zsh', 'fish', 'targets', 'fleets', 'versions']))
    .argument('[target]', 'whose versions')
    .action((what, target, flags) =>
      what === 'targets' || what === 'fleets' || what === 'versions'
        ? dispatch(async () => (await import('./commands/completion-words.js')).completionWords, { what, target }, flags)
        : dispatch(
            async () => (await import('./commands/completion.js')).completion,
            { shell: what, verbs: verbTree(program) },
            flags,
          ),
    );
  verb(program, 'test-db [target]', 'make a database with every migration in it, for tests; it stays until standard input ends')
    .option('--exec', 'run the exec stages too')
    .addOption(new Option('--kept', 'list the databases of failed tests, and keep their server up').conflicts('exec'))
    .action((target, flags) => dispatch(async () => (await import('./commands/test-db.js')).testDb, { ...flags, target }, flags));
  verb(program, 'dev', 'the playground: bring Temporal and PostgreSQL along, deploy, and again when a file changes')
    .option('--once', 'deploy once and leave')
    .option('--reset', 'begin with empty databases: those of the playground are dropped first')
    .action((flags) =>
      dispatch(
        async () => (await import('./commands/dev.js')).dev,
        { once: flags.once ?? false, reset: flags.reset ?? false },
        flags,
      ),
    );
}
