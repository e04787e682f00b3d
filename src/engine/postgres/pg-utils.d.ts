/** A part of `pg` that its types leave out. */
declare module 'pg/lib/utils.js' {
  const utils: { escapeIdentifier(name: string): string; escapeLiteral(text: string): string };
  export default utils;
}
