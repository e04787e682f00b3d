import { fileFault, someFile } from '../file-fault.js';
import type { MigrationFormat } from '../format.js';
import { numbered, type Script } from '../numbered.js';
import { blank, linesOf } from '../section.js';

/** Facts: ResourceEvolutionsReader in Play's EvolutionsApi.scala. What is before the first marker is not run. */
const UPS = /^\s*(#|--).*!Ups/;
const DOWNS = /^\s*(#|--).*!Downs/;

/** Play evolutions: `1.sql`, `2.sql`, with `# --- !Ups` and `# --- !Downs`; `;;` is a semicolon that ends no statement. */
export const play: MigrationFormat = {
  name: 'play',
  tool: 'Play',
  flat: true,
  around: (sql) => `-- !Ups\n\n${sql.replaceAll(';', ';;')}`,
  detects: (listing) => someFile(listing, /^\d+[^/]*\.sql$/, /^\s*(#|--).*!(Ups|Downs)/m),
  read: numbered({ file: /^(\d+)(?:_[^/]*)?\.sql$/, script }),
};

function script(text: string, path: string): Script {
  const kept = { ups: '', downs: '' };
  const seen = new Set<'ups' | 'downs'>();
  let section: 'ups' | 'downs' | undefined;
  for (const line of linesOf(text)) {
    const marker = UPS.test(line.text) ? 'ups' : DOWNS.test(line.text) ? 'downs' : undefined;
    section = marker ?? section;
    if (marker) seen.add(marker);
    const whole = text.slice(line.start, line.end);
    for (const each of ['ups', 'downs'] as const) {
      kept[each] += marker === undefined && section === each ? whole.replaceAll(';;', ';') : blank(whole);
    }
  }
  if (seen.size === 0) {
    throw fileFault(
      'FILES_FORMAT',
      [path, 1],
      'there is no `!Ups`, and Play runs nothing of the file',
      'Begin what is to run with a line `-- !Ups`.',
    );
  }
  return { sql: kept.ups, down: seen.has('downs') ? kept.downs : undefined };
}
