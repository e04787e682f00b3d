import { databaseAddress } from '../../config/database-address.js';
import { currentRole, missingRights, PARTS, readRightsPlace, rightsOf, type Part } from '../../engine/ledger/rights.js';
import { read } from '../../engine/postgres/read.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { openTarget } from '../open-target.js';
import { grantsCheck, grantsScript, type CheckedRights } from '../view/grants.js';

export interface GrantsSettings extends Partial<Readonly<Record<Part, string>>> {
  readonly target?: string | undefined;
  /** Look what the roles lack instead of printing the script. */
  readonly check?: boolean | undefined;
}

/**
 * Prints the rights that each way of using Pawl needs, and no more, as a script; or checks that roles have them. Only reads. Checked are the
 * roles that are named; where none is, the user of the connection string, as the deployer.
 */
export const grants: Command<GrantsSettings> = async (context, settings) => {
  const opened = await openTarget(context, settings.target);
  const { name, target } = opened;
  return read(databaseAddress(opened, context.environment), 'pawl:grants', async (client) => {
    const place = await readRightsPlace(client, target.ledger.schema);
    const named = PARTS.filter((part) => settings[part] !== undefined);
    const nobody = named.length === 0;
    const me = nobody && settings.check ? await currentRole(client) : undefined;
    const wanted = me === undefined ? (nobody ? PARTS : named) : (['deployer'] as const);
    const parts = wanted.map((part) => ({
      part,
      role: settings[part] ?? me ?? `${name}_${part}`,
      rights: rightsOf(part, place),
    }));
    if (!settings.check) {
      const script = grantsScript(name, parts, place);
      context.output.report(script, { target: name, script, roles: parts });
      return EXIT.done;
    }
    const checked: CheckedRights[] = [];
    for (const part of parts) checked.push({ ...part, missing: await missingRights(client, part.role, part.rights) });
    context.output.report(grantsCheck(name, checked, context.output.look), {
      target: name,
      roles: checked.map(({ missing, ...role }) => ({ ...role, exists: missing !== undefined, missing: missing ?? role.rights })),
    });
    return checked.every(({ missing }) => missing?.length === 0) ? EXIT.done : EXIT.findings;
  });
};
