import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Dispatch } from '../dispatch.js';
import { option, verb } from '../verb.js';

/** The verbs that change what counts as applied, and who may deploy. */
export function addLedger(program: CommandUnknownOpts, dispatch: Dispatch): void {
  const ledger = program.command('ledger').description('change what counts as applied, as an audited act').exitOverride();
  const amendments = {
    rename: "take over a file's new name; the content must be the same",
    accept: "take over a file's present text, where it was edited after it was applied",
    forget: 'remove the row: the next deploy applies the file again',
    'mark-applied': 'add the row without running the file',
  } as const;
  for (const [amendment, meaning] of Object.entries(amendments) as [keyof typeof amendments, string][]) {
    verb(ledger, `${amendment} <version> [target]`, `${meaning}; needs --reason`)
      .addOption(option.by())
      .addOption(option.reason())
      .action((version, target, flags) =>
        dispatch(async () => (await import('../commands/ledger.js')).ledger, { ...flags, amendment, version, target }, flags),
      );
  }
  verb(ledger, 'claim [target]', 'make the ledger of a copied database the one of this environment; needs --from and --reason')
    .option('--from <environment>', 'which environment it belongs to now')
    .addOption(option.by())
    .addOption(option.reason())
    .action((target, flags) =>
      dispatch(async () => (await import('../commands/ledger-claim.js')).ledgerClaim, { ...flags, target }, flags),
    );
  verb(ledger, 'checksum [target]', 'give adopted rows without a checksum that of their file as it is now; needs --reason')
    .addOption(option.by())
    .addOption(option.reason())
    .action((target, flags) =>
      dispatch(async () => (await import('../commands/ledger-checksum.js')).ledgerChecksum, { ...flags, target }, flags),
    );
  const lock = program.command('lock').description('who may deploy to a target now').exitOverride();
  verb(lock, 'status [target]', 'show the lease and the session that holds the lock').action((target, flags) =>
    dispatch(async () => (await import('../commands/lock.js')).showLock, { ...flags, target }, flags),
  );
  verb(lock, 'break [target]', 'take the target away from a deploy that is gone for good; needs --reason')
    .addOption(option.by())
    .addOption(option.reason())
    .action((target, flags) =>
      dispatch(async () => (await import('../commands/lock.js')).breakTargetLock, { ...flags, target }, flags),
    );
}
