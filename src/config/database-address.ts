import { asRole, withPassword, type Address, type DatabaseUrl } from '../engine/address.js';
import { AddressError } from '../engine/postgres/address/address-error.js';
import { parseAddress } from '../engine/postgres/address/parse-address.js';
import { askCommand } from './ask-command.js';
import { environmentValue, unusable, type ProcessEnvironment, type ResolvedTarget } from './resolve.js';

/**
 * How to reach the database of a target, read when it is needed and by whom it is needed. With `database: { env }` the connection string is
 * read now; commands are asked anew before each connection.
 * @throws ConfigError that names the variable and never shows its value
 */
export function databaseAddress({ name, target }: ResolvedTarget, environment: ProcessEnvironment): DatabaseUrl {
  const { database, password, role } = target;
  const complete = async (address: Address): Promise<Address> => {
    const acting = asRole(address, role);
    if (password === undefined) return acting;
    const secret = await askCommand(`targets.${name}.password`, password.command, environment);
    return withPassword(acting, () => Promise.resolve(secret));
  };
  if ('env' in database) {
    const address = addressIn(database.env, environment);
    return password === undefined ? asRole(address, role) : () => complete(address);
  }
  return async () =>
    complete(parseAddress(await askCommand(`targets.${name}.database`, database.command, environment), environment));
}

/** The address in a variable. @throws ConfigError that names the variable and never shows its value */
export function addressIn(variable: string, environment: ProcessEnvironment): Address {
  const text = environmentValue(variable, environment);
  try {
    return parseAddress(text, environment);
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    throw unusable(variable, error.message);
  }
}
