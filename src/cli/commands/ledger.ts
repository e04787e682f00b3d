import { versionOf } from '../../engine/files/migration.js';
import { amendLedger, type Amendment } from '../../engine/acts/amend.js';
import { actor } from '../actor.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { inProcess } from '../../direct/in-process.js';
import { openRelease } from '../open-release.js';
import { requiredReason } from '../required-reason.js';

export interface AmendSettings {
  readonly amendment: Amendment;
  readonly version: string;
  readonly target?: string | undefined;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

/** Changes one row of the applied set, as an audited act. */
export const ledger: Command<AmendSettings> = async (context, { amendment, version, ...settings }) => {
  const usage = `pawl ledger ${amendment} <version> --reason "..."`;
  const reason = requiredReason(settings.reason, `ledger ${amendment}`, 'it goes into the audit', usage);
  const { name, engine, stages, release } = await openRelease(context, settings.target);
  const by = await actor(context, settings.by);
  const claim = { release: release.digest, label: `ledger ${amendment}`, by };
  const known = stages.some((stage) => stage.migrations.some((migration) => migration.version === version));
  const request = { amendment, version: known ? version : versionOf(version), by, reason };
  const sentence = await inProcess({ ...engine, adopt: undefined }, claim, [], idleControl(), (owner) =>
    amendLedger(engine, owner, stages, request, idleControl()),
  );
  context.output.report(`${name}: ${sentence}.`, { target: name, ...request, done: sentence });
  return EXIT.done;
};
