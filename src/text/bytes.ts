const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/**
 * An amount of data to two digits or more, for what is only estimated or looked at.
 * @example bytesText(2_577_000_000) // '2.4 GiB'
 */
export function bytesText(bytes: number): string {
  let [at, rest] = [0, bytes];
  for (; rest >= 1_024 && at < UNITS.length - 1; at += 1) rest /= 1_024;
  return `${at > 0 && rest < 10 ? rest.toFixed(1) : Math.round(rest)} ${UNITS[at]!}`;
}
