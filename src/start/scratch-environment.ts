import type { Target } from '../config/schema.js';

/** Through these libpq would reach a database that is not named in a connection string. */
const LIBPQ = [
  'PGHOST',
  'PGHOSTADDR',
  'PGPORT',
  'PGDATABASE',
  'PGUSER',
  'PGPASSWORD',
  'PGPASSFILE',
  'PGSERVICE',
  'PGSERVICEFILE',
];

/**
 * The environment in which a check runs: every variable that holds the target's address holds that of the throwaway database instead, so
 * that no program reaches the real one by accident.
 * @param others further addresses that are taken away so
 */
export function scratchEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  target: Pick<Target, 'database'>,
  url: string,
  others: readonly string[] = [],
): NodeJS.ProcessEnv {
  const variable = 'env' in target.database ? target.database.env : undefined;
  const real = [...(variable === undefined ? [] : [environment[variable]]), ...others];
  const moved = Object.entries(environment).filter(([name]) => !LIBPQ.includes(name));
  return {
    ...Object.fromEntries(moved.map(([name, value]) => [name, value !== undefined && real.includes(value) ? url : value])),
    ...(variable !== undefined && { [variable]: url }),
  };
}
