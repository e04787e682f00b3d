import { loadConfig } from '../../config/load.js';
import { ownerMap, ownerName } from '../../config/owners.js';
import { databaseAddress } from '../../config/database-address.js';
import { resolveTarget, type ResolvedTarget } from '../../config/resolve.js';
import { readRelease } from '../../config/release.js';
import { EngineError } from '../../engine/error.js';
import { discoverMigrations } from '../../engine/files/discover.js';
import { grantScript } from '../../owners/grants.js';
import { judgeOwnership, type Service } from '../../owners/ownership.js';
import { read } from '../../engine/postgres/read.js';
import { CliError } from '../cli-error.js';
import type { Command, Context } from '../context.js';
import { EXIT } from '../exit-code.js';
import { refuseFaults } from '../deploy/refuse-faults.js';
import { ownershipDocument, ownershipView } from '../view/owners.js';

export interface OwnersSettings {
  readonly target?: string | undefined;
  /** `<owner>=<directory>`: migrations of a service that has no target here. */
  readonly also?: readonly string[];
  /** Write the GRANT script for this role instead. */
  readonly grants?: string | undefined;
  readonly of?: readonly string[];
  readonly newOwner?: string | undefined;
}

/** Says who defines what belongs to another, and what several owners create; or writes the GRANT script of a retired service. */
export const owners: Command<OwnersSettings> = async (context, settings) => {
  const { output } = context;
  const { config, root } = await loadConfig({ cwd: context.cwd, file: context.configFile });
  const map = ownerMap(config);
  if (Object.keys(map).length === 0) {
    throw new CliError(
      EXIT.usage,
      'USAGE',
      'the configuration has no `owners`',
      'Say who owns what, for example: owners: { shop: [customers, order*] }.',
    );
  }
  if (settings.grants !== undefined) {
    const resolved = resolveTarget(settings.target, config, context.environment);
    const of = settings.of ?? [...new Set(Object.values(map))];
    const unknown = of.find((owner) => !Object.values(map).includes(owner));
    if (unknown !== undefined)
      throw new CliError(
        EXIT.usage,
        'USAGE',
        `no owner is called ${unknown}`,
        `There are ${Object.keys(config.owners).join(', ')}.`,
      );
    const script = await grantsOf(context, resolved, { role: settings.grants, of, owners: map, newOwner: settings.newOwner });
    output.report(script.trimEnd(), { role: settings.grants, of, script });
    return EXIT.done;
  }
  const names = settings.target === undefined ? Object.keys(config.targets) : [settings.target];
  const services: Service[] = [];
  for (const name of names) services.push(await serviceOf(context, resolveTarget(name, config, context.environment), root));
  for (const text of settings.also ?? []) services.push(await elsewhere(text, root));
  const ownership = await judgeOwnership(services, map);
  output.report(ownershipView(ownership, output.look), ownershipDocument(ownership));
  return ownership.trespasses.length + ownership.contested.length === 0 ? EXIT.done : EXIT.findings;
};

async function serviceOf(context: Context, resolved: ResolvedTarget, root: string): Promise<Service> {
  const release = await readRelease(resolved, root);
  refuseFaults(context, release);
  return { owner: ownerName(resolved), migrations: [...release.migrations.values()].flatMap((stage) => stage.migrations) };
}

async function elsewhere(text: string, root: string): Promise<Service> {
  const [, owner, directory] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (owner === undefined || directory === undefined)
    throw new CliError(
      EXIT.usage,
      'USAGE',
      `${text} is not <owner>=<directory>`,
      'Write, for example, --also billing=../billing/migrations.',
    );
  const { migrations, faults } = await discoverMigrations({ directory }, root);
  if (faults[0]) throw faults[0];
  return { owner, migrations };
}

async function grantsOf(
  { environment }: Context,
  resolved: ResolvedTarget,
  request: Parameters<typeof grantScript>[1],
): Promise<string> {
  return read(databaseAddress(resolved, environment), 'pawl:owners', async (client) => {
    const { script, owned } = await grantScript(client, request);
    if (owned.length === 0 || request.newOwner !== undefined) return script;
    throw new EngineError(
      'OWNERS_STILL_OWNS',
      'refused',
      `the role ${request.role} owns ${owned.join(', ')}, so no GRANT can hold it back`,
      {
        next: 'Name the role that takes them over: --new-owner <role>.',
      },
    );
  });
}
