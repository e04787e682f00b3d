import { fileFault, someFile } from '../file-fault.js';
import type { MigrationFormat } from '../format.js';
import { numbered, type Script } from '../numbered.js';
import { keepSections, linesOf, type Section } from '../section.js';

/** Facts: dbmate's pkg/dbmate/migration.go. A directive stands at the beginning of its line; up and down may come several times. */
const DIRECTIVE = /^--\s*migrate:(up|down)(?:\s+(\S.*))?\s*$/;

/** dbmate: `-- migrate:up transaction:false`, `-- migrate:down`. */
export const dbmate: MigrationFormat = {
  name: 'dbmate',
  tool: 'dbmate',
  flat: true,
  around: (sql) => `-- migrate:up\n${sql}`,
  detects: (listing) => someFile(listing, /^\d[^/]*\.sql$/, /^--\s*migrate:up(\s|$)/m),
  read: numbered({ file: /^(\d+).*\.sql$/, script }),
};

function script(text: string, path: string): Script {
  const sections: Record<'up' | 'down', Section[]> = { up: [], down: [] };
  let current: { direction: 'up' | 'down'; start: number } | undefined;
  let transaction: 'none' | undefined;
  const close = (end: number): void => {
    if (current) sections[current.direction].push({ start: current.start, end });
  };
  for (const line of linesOf(text)) {
    const [, direction, options = ''] = DIRECTIVE.exec(line.text) ?? [];
    if (direction === 'up' || direction === 'down') {
      if (!current && direction === 'down') throw misplaced([path, line.number], '`-- migrate:down` before `-- migrate:up`');
      close(line.start);
      current = { direction, start: line.end };
      if (direction === 'up' && /(^|\s)transaction:false(\s|$)/.test(options)) transaction = 'none';
    } else if (!current && !/^\s*(--.*)?$/.test(line.text)) {
      throw misplaced([path, line.number], 'SQL before `-- migrate:up`');
    }
  }
  if (!current) throw misplaced([path, 1], 'there is no `-- migrate:up`');
  close(text.length);
  return {
    sql: keepSections(text, sections.up),
    down: sections.down.length === 0 ? undefined : keepSections(text, sections.down),
    transaction,
  };
}

function misplaced(at: readonly [string, number], what: string): Error {
  return fileFault('FILES_FORMAT', at, `${what}, and dbmate refuses the file`, 'Begin the file with a line `-- migrate:up`.');
}
