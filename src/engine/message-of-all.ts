/** How many of one kind are told in full. */
const SHOWN = 3;

/** The messages of many errors as the message of one, a line each; of many of one code the first ones and their number. */
export function messageOfAll(errors: readonly { readonly code: string; readonly message: string }[]): string {
  const codes = new Set(errors.map(({ code }) => code));
  return [...codes]
    .flatMap((code) => {
      const same = errors.filter((error) => error.code === code).map(({ message }) => message);
      const more = same.length - SHOWN;
      return more > 1 ? [...same.slice(0, SHOWN), `and ${more} more of ${code}`] : same;
    })
    .join('\n');
}
