import { paint, wrap, type Look } from './look.js';

/** What the documentation says of a code, cell by cell under the heads of its table. */
export interface Explanation {
  readonly code: string;
  /** Such as `Ledger, lease and lock`. */
  readonly section: string;
  /** Such as `docs/errors.md`. */
  readonly page: string;
  readonly cells: readonly { readonly head: string; readonly text: string }[];
}

/** Every code that a page of the documentation explains: the rows of its tables whose first cell is nothing but a code. */
export function explanations(page: string, markdown: string): Explanation[] {
  const found: Explanation[] = [];
  let section = '';
  let heads: readonly string[] = [];
  for (const line of markdown.split('\n')) {
    if (line.startsWith('#')) section = line.replace(/^#+\s*/, '');
    if (!line.startsWith('|')) heads = [];
    else if (heads.length === 0) heads = cellsOf(line);
    else {
      const [code, ...texts] = cellsOf(line);
      const bare = /^`([A-Z][A-Z0-9_]+)`$/.exec(code ?? '')?.[1];
      if (bare === undefined) continue;
      found.push({ code: bare, section, page, cells: texts.map((text, at) => ({ head: heads[at + 1] ?? '', text })) });
    }
  }
  return found;
}

/** Pipes in code are escaped, as Markdown asks for; of links the text stays. */
function cellsOf(row: string): string[] {
  return row
    .slice(1, row.lastIndexOf('|'))
    .split(/(?<!\\)\|/)
    .map((cell) =>
      cell
        .trim()
        .replaceAll('\\|', '|')
        .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1'),
    );
}

/** The same for a person. */
export function explanationView({ code, section, page, cells }: Explanation, look: Look): string {
  const texts = cells.map(({ head, text }) => `${paint(look, 'dim', `  ${head}`)}\n${wrap(text, look.columns, '    ')}`);
  return [paint(look, 'bold', code), ...texts, paint(look, 'dim', `  ${page}, ${section}`)].join('\n');
}
