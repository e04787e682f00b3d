import { asRole, onPath, withPassword, type Address, type DatabaseUrl } from '../engine/address.js';
import { AddressError } from '../engine/postgres/address/address-error.js';
import { parseAddress } from '../engine/postgres/address/parse-address.js';
import { askCommand } from './ask-command.js';
import { fill, fillAddress } from './fill.js';
import { environmentValue, unusable, type ProcessEnvironment, type ResolvedTarget } from './resolve.js';

/**
 * How to reach the database of a target, read when it is needed and by whom it is needed. With `database: { env }` the connection string is
 * read now; commands are asked anew before each connection.
 * @throws ConfigError that names the variable and never shows its value
 */
export function databaseAddress({ name, target, member }: ResolvedTarget, environment: ProcessEnvironment): DatabaseUrl {
  const { database, password, role, schema } = target;
  const path = member ? `fleets.${name.split('/')[0]!}` : `targets.${name}`;
  const filled = (setting: string, text: string): string => (member ? fill(text, member, `${name}: ${setting}`) : text);
  const complete = async (address: Address): Promise<Address> => {
    const acting = settled(address);
    if (password === undefined) return acting;
    const command = password.command.map((part) => filled('password.command', part));
    const secret = await askCommand(`${path}.password`, command, environment);
    return withPassword(acting, () => Promise.resolve(secret));
  };
  const settled = (address: Address): Address => {
    const acting = asRole(address, role === undefined ? undefined : filled('role', role));
    return schema
      ? onPath(
          acting,
          schema.map((part) => filled('schema', part)),
        )
      : acting;
  };
  if ('env' in database) {
    const variable = filled('database.env', database.env);
    const address = addressIn(variable, environment, member && ((text) => fillAddress(text, member, variable)));
    return password === undefined ? settled(address) : () => complete(address);
  }
  const command = database.command.map((part) => filled('database.command', part));
  return async () => complete(parseAddress(await askCommand(`${path}.database`, command, environment), environment));
}

/** @param write what is done to the text before it is read @throws ConfigError that names the variable and never shows its value */
export function addressIn(variable: string, environment: ProcessEnvironment, write = (text: string): string => text): Address {
  const text = write(environmentValue(variable, environment));
  try {
    return parseAddress(text, environment);
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    throw unusable(variable, error.message);
  }
}
