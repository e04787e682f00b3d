import { randomUUID } from 'node:crypto';
import { engineTarget } from '../../config/engine-target.js';
import { claimLedger } from '../../engine/acts/claim.js';
import { actor } from '../actor.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { openTarget } from '../open-target.js';
import { requiredReason } from '../required-reason.js';

export interface ClaimSettings {
  readonly target?: string | undefined;
  readonly from?: string | undefined;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

/** Makes the ledger of a copied database, such as production's in staging, the one of the environment that is named here. */
export const ledgerClaim: Command<ClaimSettings> = async (context, { from, ...settings }) => {
  const usage = 'pawl ledger claim [target] --from production --reason "..."';
  if (from === undefined) {
    const message = 'ledger claim needs --from <environment>: what it belongs to now';
    throw new CliError(EXIT.usage, 'USAGE', message, usage);
  }
  const reason = requiredReason(settings.reason, 'ledger claim', 'it goes into the audit', usage);
  const opened = await openTarget(context, settings.target);
  const { name, environment } = opened;
  const by = await actor(context, settings.by);
  const owner = { deployId: randomUUID(), epoch: 0, attempt: Date.now() };
  await claimLedger(engineTarget(opened, context.environment), owner, { from, by, reason }, idleControl());
  const to = environment === undefined ? 'to no environment' : `to ${environment}`;
  context.output.report(`${name}: the ledger belonged to ${from} and belongs ${to} now.`, {
    target: name,
    environment,
    from,
    by,
    reason,
  });
  return EXIT.done;
};
