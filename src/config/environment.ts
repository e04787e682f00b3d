import { ConfigError } from './config-error.js';
import { ENVIRONMENT_NAME, type Config } from './schema.js';

/** Names the environment where the configuration does not. */
const VARIABLE = 'PAWL_ENVIRONMENT';

/**
 * Which environment this process deploys to, such as `staging`: what the configuration says, else PAWL_ENVIRONMENT, else none.
 * @param config undefined where there is none
 * @throws ConfigError
 */
export function environmentOf(
  config: Pick<Config, 'environment'> | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const said = config?.environment;
  if (typeof said === 'string') return said;
  const variable = said?.env ?? VARIABLE;
  const name = environment[variable] ?? '';
  if (ENVIRONMENT_NAME.test(name)) return name;
  if (said === undefined && name === '') return undefined;
  throw new ConfigError(
    `the environment variable ${variable} cannot be used; nothing was touched`,
    [{ path: variable, message: name === '' ? 'is not set' : 'expected the name of an environment: letters, digits, _ . -' }],
    `Set ${variable} to a name such as staging and run the command again.`,
  );
}
