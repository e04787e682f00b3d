import { databaseAddress } from '../../config/database-address.js';
import { milliseconds } from '../../text/duration.js';
import { readRelease, versionsOf } from '../../config/release.js';
import { awaitApplied } from '../../engine/ledger/await.js';
import type { Command, Context } from '../context.js';
import { EXIT } from '../exit-code.js';
import { refuseFaults } from '../deploy/refuse-faults.js';
import { versionOf } from '../../engine/files/migration.js';
import { openTarget, type OpenedTarget } from '../open-target.js';

export interface AwaitSettings {
  readonly target?: string | undefined;
  /** Wait for these versions; without any, for all files that are here. */
  readonly until?: readonly string[];
  /** Give up after this long, such as `5m`. */
  readonly timeout?: string;
}

/** For dependents: waits, lock-free and read-only, until versions are applied. */
export const awaitCommand: Command<AwaitSettings> = async (context, settings) => {
  const { output, environment } = context;
  const opened = await openTarget(context, settings.target);
  const versions = settings.until?.map(versionOf) ?? (await versionsHere(context, opened));
  const within = settings.timeout === undefined ? undefined : milliseconds(settings.timeout);
  await awaitApplied({
    url: databaseAddress(opened, environment),
    ledger: opened.target.ledger.schema,
    owner: { name: opened.name, ledgerOwner: opened.target.ledger.owner, environment: opened.environment },
    versions,
    within,
    onWait: (missing, problem) => {
      if (missing.length > 0) output.say(waiting(opened.name, missing, problem));
    },
  });
  output.report(
    `${opened.name}: ${versions.length === 1 ? `version ${versions[0]} is` : `${versions.length} versions are`} applied`,
    { target: opened.name, versions },
  );
  return EXIT.done;
};

async function versionsHere(context: Context, opened: OpenedTarget): Promise<string[]> {
  const release = await readRelease(opened, opened.loaded.root);
  refuseFaults(context, release);
  return versionsOf(release);
}

function waiting(target: string, missing: readonly string[], problem: string | undefined): string {
  if (problem !== undefined) return `Waiting for the database of ${target}: ${problem}`;
  const some = missing.length > 3 ? `${missing.slice(0, 3).join(', ')} and ${missing.length - 3} more` : missing.join(', ');
  return `Waiting for ${target}: ${some} not applied yet`;
}
