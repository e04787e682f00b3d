import { ConfigError } from '../config/config-error.js';
import type { Member } from '../config/fill.js';
import { MEMBER_NAME } from '../config/fleet-shape.js';
import type { HeldFleet } from '../config/hold-fleet.js';
import { schemaOf } from '../config/member-target.js';
import { refuseUnusableVariables } from '../config/unusable-variables.js';
import { onDatabase, type Address } from '../engine/address.js';
import type { AddedMember } from '../contract/fleet.js';
import type { Control } from '../engine/control.js';
import { identifier } from '../engine/postgres/quote.js';
import { engineFailure, ownMessage } from '../engine/postgres/failure.js';
import { resolveUrl } from '../engine/postgres/open.js';
import { isServerError } from '../engine/postgres/sqlstate.js';
import { STATE } from '../engine/postgres/states.js';
import { withClient } from '../engine/postgres/with-client.js';
import { EngineError } from '../engine/error.js';
import { deployMember, giveUp, type Rollout } from './deploy-member.js';

/** The database that new ones are made from: every server has it. */
const MAINTENANCE = 'postgres';

/**
 * Makes the database or the schema of a member where it is not there yet, and deploys the release to it. Safe to repeat.
 * @param values of a member that its source does not have yet; one that it has is taken as it is there
 * @throws ConfigError; EngineError `MEMBER_NOT_MADE`, or as for any deploy
 */
export async function addMember(
  fleet: HeldFleet,
  values: Member['values'] & { readonly name: string },
  rollout: Rollout,
  control: Control,
): Promise<AddedMember> {
  const { name } = values;
  refuseUnusableVariables(fleet.fleet, rollout.environment);
  if (!MEMBER_NAME.test(name))
    throw new ConfigError(
      'this cannot be the name of a member; nothing was touched',
      [{ path: 'name', message: `expected letters, digits, _ . -, found "${name}"` }],
      'Choose another name.',
    );
  const listed = (await fleet.members()).find((known) => known.name === name);
  const member = listed ?? { name, values };
  const held = fleet.held(member);
  const address = await resolveUrl(held.target.url);
  const schema = schemaOf(fleet.fleet, member);
  const made = schema === undefined ? await makeDatabase(address) : await makeSchema(address, schema);
  const { applied } = await deployMember(held, rollout, control).catch(async (error: unknown) => {
    if (error instanceof EngineError) await giveUp(held, rollout, { outcome: 'failed', reason: error.message });
    throw error;
  });
  return { made, applied, listed: listed !== undefined };
}

function makeDatabase(address: Address): Promise<string | undefined> {
  const { database } = address;
  return make(onDatabase(address, MAINTENANCE), {
    what: `database ${database}`,
    isThere: 'select from pg_catalog.pg_database where datname operator(pg_catalog.=) $1::pg_catalog.name',
    name: database,
    statement: `create database ${identifier(database)}`,
    next: 'Let its role make databases (ALTER ROLE ... CREATEDB), or make this one yourself; then add the member again.',
  });
}

function makeSchema(address: Address, schema: string): Promise<string | undefined> {
  return make(address, {
    what: `schema ${schema}`,
    isThere: 'select from pg_catalog.pg_namespace where nspname operator(pg_catalog.=) $1::pg_catalog.name',
    name: schema,
    statement: `create schema ${identifier(schema)}`,
    next: 'Let its role make schemas (GRANT CREATE ON DATABASE ...), or make this one yourself; then add the member again.',
  });
}

interface Making {
  readonly what: string;
  readonly isThere: string;
  readonly name: string;
  readonly statement: string;
  readonly next: string;
}

/** Somebody else has made it in the meantime. */
const MADE_ALREADY: readonly string[] = [STATE.duplicateDatabase, STATE.duplicateSchema, STATE.uniqueViolation];

/** @returns what was made; undefined where it is there */
function make(address: Address, { what, isThere, name, statement, next }: Making): Promise<string | undefined> {
  return withClient(address, 'pawl:add', async (client) => {
    const { rowCount } = await client.query(isThere, [name]);
    if (rowCount !== 0) return undefined;
    try {
      await client.query(statement);
      return what;
    } catch (error) {
      if (!isServerError(error)) throw engineFailure(error);
      if (MADE_ALREADY.includes(error.code)) return undefined;
      const message = `the ${what} could not be made: ${ownMessage(error)} (SQLSTATE ${error.code})`;
      throw new EngineError('MEMBER_NOT_MADE', 'refused', message, { next, sqlstate: error.code, cause: error });
    }
  });
}
