/**
 * What a terminal obeys or does not show: controls but tab and line feed, marks that turn the direction of a line, blanks without width, tags.
 * Joiners stay: they are parts of words and emoji.
 */
const HIDDEN = /(?![\n\t])\p{Cc}|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** Text of anybody's (names of files, roles, operators) as one sees it: what would be hidden, or be obeyed, stands there as `\u{202e}`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (mark) => `\\u{${mark.codePointAt(0)!.toString(16)}}`);
}

/** The same in a JSON document, which stays the same document. */
export function visibleJson(json: string): string {
  return json.replace(HIDDEN, (mark) =>
    Array.from({ length: mark.length }, (_, at) => `\\u${mark.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}
