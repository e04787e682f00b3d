import type { ResolvedTarget } from './resolve.js';
import type { Fleet, MemberTarget } from './schema.js';
import { fill, type Member } from './fill.js';

/** Settings of a fleet that say which members it has and how a release goes round, not what a deploy does to one. */
const OF_THE_FLEET = ['members', 'waves', 'parallel', 'perServer', 'stopAfter', 'unreachable', 'notify'] as const;

/** What all members are deployed with: the same for each, so that their release has one digest. */
export function fleetTarget(fleet: Fleet): MemberTarget {
  const settings = Object.fromEntries(
    Object.entries(fleet).filter(([setting]) => !(OF_THE_FLEET as readonly string[]).includes(setting)),
  ) as unknown as MemberTarget;
  const { members, schema, ledger } = fleet;
  const paths = schemasOf(fleet);
  return {
    ...settings,
    database: fleet.database ?? ('schemas' in members ? members.schemas.database : NOWHERE),
    ledger: { owner: ledger.owner, schema: ledgerTemplate({ members, schema, ledger }) },
    ...(paths && { schema: paths }),
  };
}

/** ./consistency.ts refuses a fleet without an address before anybody would use it. */
const NOWHERE = { env: 'PAWL_NO_DATABASE' };

/** A member as the target that each verb takes: `tenants/acme`. */
export function memberTarget(fleetName: string, fleet: Fleet, member: Member, environment: string | undefined): ResolvedTarget {
  return { name: `${fleetName}/${member.name}`, target: fleetTarget(fleet), environment, member };
}

/** Schemas of one database are members each in a schema of its own, where nothing else is said. */
function schemasOf({ members, schema }: Pick<Fleet, 'members' | 'schema'>): readonly string[] | undefined {
  if (schema !== undefined) return [schema].flat();
  return 'schemas' in members ? ['{name}'] : undefined;
}

function ledgerTemplate(fleet: Pick<Fleet, 'members' | 'schema' | 'ledger'>): string {
  const [schema] = schemasOf(fleet) ?? [];
  return fleet.ledger.schema ?? (schema === undefined ? 'pawl' : `${schema}_pawl`);
}

/** Schema of the ledger of one member. @throws ConfigError */
export function ledgerSchemaOf(fleet: Pick<Fleet, 'members' | 'schema' | 'ledger'>, member: Member): string {
  return fill(ledgerTemplate(fleet), member, 'ledger.schema');
}

/** The schema that a member lives in; undefined where it is a database. @throws ConfigError */
export function schemaOf(fleet: Pick<Fleet, 'members' | 'schema'>, member: Member): string | undefined {
  const [schema] = schemasOf(fleet) ?? [];
  return schema === undefined ? undefined : fill(schema, member, 'schema');
}
