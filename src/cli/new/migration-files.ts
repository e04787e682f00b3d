import { nextFileNames, type Neighbourhood } from './next-file-name.js';

/** A file to write. */
export interface NewFile {
  /** Relative to the directory of migrations, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** What a new file of a tool begins with: what is not between its marks does not run. */
const HEADS: Readonly<Record<string, (label: string) => string>> = {
  dbmate: () => '-- migrate:up\n\n\n-- migrate:down\n\n',
  goose: () => '-- +goose Up\n\n\n-- +goose Down\n\n',
  micrate: () => '-- +micrate Up\n\n\n-- +micrate Down\n\n',
  mybatis: (label) => `-- // ${label}\n\n\n-- //@UNDO\n\n`,
  'node-pg-migrate': () => '-- Up Migration\n\n\n-- Down Migration\n\n',
  play: () => '-- !Ups\n\n\n-- !Downs\n\n',
  'sql-migrate': () => '-- +migrate Up\n\n\n-- +migrate Down\n\n',
  tern: () => '\n\n---- create above / drop below ----\n\n',
};

const FOLDERS: Readonly<Record<string, readonly string[]>> = { diesel: ['up.sql', 'down.sql'], prisma: ['migration.sql'] };

/** Tools that number by time from the first file on. */
const BY_TIME = new Set(['dbmate', 'goose', 'micrate', 'mybatis', 'prisma', 'sql-migrate', 'supabase']);

const FLYWAY = new Set(['flyway', 'refinery']);

/** `2024-01-31-120000_add`, with a running number since diesel 2.2. */
const DASHED = /^\d{4}-\d\d-\d\d-\d{6}(-\d{4})?_/;

/**
 * The files of the next migration as the format's own tool would write them: numbered as their neighbours are, with the marks that the tool
 * goes by.
 * @param format its name, of a format whose files need no list or hash beside them
 */
export function migrationFiles(format: string, around: Neighbourhood): NewFile[] {
  const scripts = FOLDERS[format];
  if (scripts) {
    const folder = format === 'diesel' ? dashedName(around) : stemOf(nextFileNames(asFiles(around, format))[0]!);
    return scripts.map((script) => ({ path: `${folder}/${script}`, text: '' }));
  }
  const text = HEADS[format]?.(around.label.replaceAll(/\s+/g, ' ')) ?? '';
  const first = around.neighbours.some((name) => name.endsWith('.sql')) ? [] : firstNames(format);
  const names = nextFileNames({ ...around, neighbours: [...around.neighbours, ...first] });
  const bare = format === 'play' && !around.neighbours.some((name) => /^\d+_[^/]*\.sql$/.test(name));
  return names.map((name) => ({ path: bare ? name.replace(/_[^/]*(?=\.sql$)/, '') : name, text }));
}

/** What the first file of a directory follows. */
function firstNames(format: string): string[] {
  if (FLYWAY.has(format)) return ['V0__.sql'];
  if (format === 'play') return ['0.sql'];
  if (format === 'tern') return ['000_.sql'];
  return BY_TIME.has(format) ? ['00000000000000_.sql'] : [];
}

function asFiles(around: Neighbourhood, format: string): Neighbourhood {
  const names = around.neighbours.filter((name) => /^\d+_/.test(name)).map((name) => `${name}.sql`);
  return { ...around, neighbours: names.length > 0 ? names : firstNames(format) };
}

function dashedName(around: Neighbourhood): string {
  const newest = around.neighbours
    .filter((name) => /^\d/.test(name))
    .toSorted()
    .at(-1);
  if (newest !== undefined && !DASHED.test(newest)) return stemOf(nextFileNames(asFiles(around, 'diesel'))[0]!);
  const time = around.now.toISOString();
  const running = newest === undefined || DASHED.exec(newest)?.[1] !== undefined ? '-0000' : '';
  const [label] = nextFileNames({ ...around, neighbours: [] });
  return `${time.slice(0, 10)}-${time.slice(11, 19).replaceAll(':', '')}${running}_${stemOf(label!).replace(/^\d+_/, '')}`;
}

const stemOf = (name: string): string => name.replace(/\.sql$/, '');
