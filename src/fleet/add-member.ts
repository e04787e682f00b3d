import { ConfigError } from '../config/config-error.js';
import type { Member } from '../config/fill.js';
import { MEMBER_NAME } from '../config/fleet-shape.js';
import type { HeldFleet } from '../config/hold-fleet.js';
import { schemaOf } from '../config/member-target.js';
import { refuseUnusableVariables } from '../config/stage-variables.js';
import { onDatabase, type Address } from '../engine/address.js';
import type { Control } from '../engine/control.js';
import { identifier } from '../engine/postgres/quote.js';
import { resolveUrl } from '../engine/postgres/open.js';
import { withClient } from '../engine/postgres/with-client.js';
import { EngineError } from '../engine/error.js';
import { deployMember, giveUp, type Rollout } from './deploy-member.js';

export interface AddedMember {
  /** What was made: a database, a schema, or nothing where it was there. */
  readonly made: string | undefined;
  /** Migrations. */
  readonly applied: number;
}

/** The database that new ones are made from: every server has it. */
const MAINTENANCE = 'postgres';

/**
 * Makes the database or the schema of a member where it is not there yet, and deploys the release to it. Safe to repeat.
 * @param values of a member that its source does not have yet; one that it has is taken as it is there
 * @throws ConfigError, EngineError
 */
export async function addMember(
  fleet: HeldFleet,
  values: Member['values'] & { readonly name: string },
  rollout: Rollout,
  control: Control,
): Promise<AddedMember> {
  const { name } = values;
  refuseUnusableVariables(fleet.fleet.stages, rollout.environment);
  if (!MEMBER_NAME.test(name))
    throw new ConfigError(
      'this cannot be the name of a member; nothing was touched',
      [{ path: 'name', message: `expected letters, digits, _ . -, found "${name}"` }],
      'Choose another name.',
    );
  const member = (await fleet.members()).find((known) => known.name === name) ?? { name, values };
  const held = fleet.held(member);
  const address = await resolveUrl(held.target.url);
  const schema = schemaOf(fleet.fleet, member);
  const made = schema === undefined ? await makeDatabase(address) : await makeSchema(address, schema);
  const { applied } = await deployMember(held, rollout, control).catch(async (error: unknown) => {
    if (error instanceof EngineError) await giveUp(held, rollout, { outcome: 'failed', reason: error.message });
    throw error;
  });
  return { made, applied };
}

async function makeDatabase(address: Address): Promise<string | undefined> {
  const { database } = address;
  return withClient(onDatabase(address, MAINTENANCE), 'pawl:add', async (client) => {
    const { rowCount } = await client.query(
      'select from pg_catalog.pg_database where datname operator(pg_catalog.=) $1::pg_catalog.name',
      [database],
    );
    if (rowCount !== 0) return undefined;
    await client.query(`create database ${identifier(database)}`);
    return `database ${database}`;
  });
}

async function makeSchema(address: Address, schema: string): Promise<string | undefined> {
  return withClient(address, 'pawl:add', async (client) => {
    const { rowCount } = await client.query(
      'select from pg_catalog.pg_namespace where nspname operator(pg_catalog.=) $1::pg_catalog.name',
      [schema],
    );
    if (rowCount !== 0) return undefined;
    await client.query(`create schema ${identifier(schema)}`);
    return `schema ${schema}`;
  });
}
