import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Dispatch } from '../dispatch.js';
import { verb } from '../verb.js';
import { FAIL_ON } from '../check/fail-on.js';

const MAJORS = ['14', '15', '16', '17', '18'];

/** The verbs of the gate that a pull request goes through. */
export function addCheck(program: CommandUnknownOpts, dispatch: Dispatch): void {
  verb(
    program,
    'check [target]',
    'run the whole deploy on a throwaway PostgreSQL: what it locks, what is dangerous, what does not work',
  )
    .option('--exec', 'run the programs of exec stages too')
    .option(
      '--from <start>',
      'begin with a copy of a database (a target, env:NAME, an address) or a dump: only what is pending runs',
    )
    .addOption(
      new Option('--base <ref>', 'begin with the files of this branch: judge what is new, find versions taken twice').conflicts(
        'from',
      ),
    )
    .option('--no-base', 'begin with nothing, also in a branch, whose base is taken otherwise')
    .addOption(
      new Option('--postgres <major>', 'check on this version: installed here, or 18, which comes with pawl').choices(MAJORS),
    )
    .option('--stats <file>', 'sizes of the real tables, as pawl stats writes them: small ones are no danger')
    .option('--fix', 'write the fixes that are mechanical into the files')
    .option('--each', 'judge each migration as a deploy of its own: what an earlier one made has users')
    .option('--role <name...>', 'make these roles first, which the migrations take for granted')
    .addOption(new Option('--fail-on <severity>', 'exit with 7 from this severity on').choices(FAIL_ON).default('error'))
    .option('--baseline <file>', 'leave out the findings that the file lists')
    .option('--write-baseline <file>', 'list the findings of today, to be left out from now on')
    .option('--markdown <file>', 'write the report as a comment for a pull request')
    .option('--sarif <file>', 'write the report for code scanning')
    .option('--html <file>', 'write the report as a page with the locks over time')
    .option('--explain <rule>', 'say what a rule is about and what to do instead; nothing is checked')
    .action((target, { explain, ...flags }) =>
      explain === undefined
        ? dispatch(async () => (await import('../commands/check.js')).check, { ...flags, target }, flags)
        : dispatch(async () => (await import('../commands/explain.js')).explain, { code: explain }, flags),
    );
  verb(program, 'stats [target]', 'print the sizes of the tables and indexes, for check --stats; reads only').action(
    (target, flags) => dispatch(async () => (await import('../commands/stats.js')).stats, { target }, flags),
  );
}
