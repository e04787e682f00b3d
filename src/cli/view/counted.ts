/** `1 migration`, `2 migrations`. @param word takes an s for more than one */
export function counted(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
