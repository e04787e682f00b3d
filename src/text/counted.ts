/**
 * A number with its noun.
 * @param many the plural, where it is not the word with an s
 * @example counted(1, 'migration') // '1 migration'
 * @example counted(2, 'index', 'indexes') // '2 indexes'
 */
export function counted(number: number | string, one: string, many = `${one}s`): string {
  return `${number} ${Number(number) === 1 ? one : many}`;
}
