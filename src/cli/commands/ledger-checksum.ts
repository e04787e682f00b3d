import { inProcess } from '../../direct/in-process.js';
import { fillChecksums } from '../../engine/acts/fill-checksums.js';
import { actor } from '../actor.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { openRelease } from '../open-release.js';
import { requiredReason } from '../required-reason.js';

export interface ChecksumSettings {
  readonly target?: string | undefined;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

/** Takes the files as they are now for what was applied, where the ledger does not know. */
export const ledgerChecksum: Command<ChecksumSettings> = async (context, settings) => {
  const usage = 'pawl ledger checksum [target] --reason "..."';
  const reason = requiredReason(settings.reason, 'ledger checksum', 'it goes into the audit', usage);
  const { name, engine, stages, release } = await openRelease(context, settings.target);
  const by = await actor(context, settings.by);
  const claim = { release: release.digest, label: 'ledger checksum', by };
  const versions = await inProcess({ ...engine, adopt: undefined }, claim, [], idleControl(), (owner) =>
    fillChecksums(engine, owner, stages, { by, reason }, idleControl()),
  );
  const text =
    versions.length === 0
      ? `${name}: every row that has a file has a checksum already.`
      : `${name}: ${versions.length} ${versions.length === 1 ? 'row has the checksum of its file' : 'rows have the checksums of their files'} now; an edit is refused from here on.`;
  context.output.report(text, { target: name, by, reason, versions });
  return EXIT.done;
};
