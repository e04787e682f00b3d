import { visible } from './visible.js';

/**
 * One line of text as Markdown that shows it and no more: no heading, link, picture, mention or HTML can come of it. Only pairs of backticks
 * keep their meaning, for code has none of these.
 */
export function plainMarkdown(text: string): string {
  const parts = visible(text).replaceAll('\n', ' ').split('`');
  const paired = parts.length % 2 === 1;
  return parts
    .map((part, index) => {
      const inside = index % 2 === 1 && (paired || index < parts.length - 1);
      if (inside) return `\`${part}\``;
      const unpaired = index % 2 === 1 ? '\\`' : '';
      return unpaired + part.replace(/[\\*[\]<>&#|!~]/g, escaped).replaceAll('@', '@\u2060');
    })
    .join('');
}

function escaped(mark: string): string {
  if (mark === '<') return '&lt;';
  if (mark === '>') return '&gt;';
  return mark === '&' ? '&amp;' : `\\${mark}`;
}

/** A name or a command, as it is; also in a cell of a table. */
export function codeSpan(text: string): string {
  return `\`${visible(text).replaceAll('\n', ' ').replaceAll('`', "'").replaceAll('|', '¦')}\``;
}
