import { AddressError } from './address-error.js';

/** @throws AddressError that says which values there are, and not which one was found */
export function oneOf<T extends string>(
  name: string,
  value: string,
  allowed: readonly T[],
  meaning?: Readonly<Record<string, T>>,
): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new AddressError(`has a value of ${name} that is none of ${allowed.join(', ')}`);
  return meaning?.[found] ?? found;
}
