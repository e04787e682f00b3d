import { randomBytes } from 'node:crypto';
import { LEAKS, leakTables, secretValues } from './leaks.js';

/** Sources that are text of the files, which commands that have the files may show. */
export const OF_THE_FILES: ReadonlySet<string> = new Set([
  'literal',
  'default',
  'copied',
  'notice',
  'tcl',
  'assertion',
  'constraint',
  'down',
  'dblink',
]);

/** A migration that fails and quotes what was planted, and what it needs. */
interface Way {
  readonly sql: string;
  /** Runs beforehand, outside of Pawl; where the server lacks it, the way is left out. */
  readonly needs?: string;
}

/** Random values by the place where they are planted. */
export type Planted = ReturnType<typeof plantValues>;

const SOURCES = [
  'literal',
  'default',
  'copied',
  'notice',
  'tcl',
  'dblink',
  'backfilled',
  'placeholder',
  'argument',
  'variable',
  'webhook',
  'header',
  'query',
  'assertion',
  'constraint',
  'down',
] as const;

/** New values in each run: those of rows, and one for each other source. */
export function plantValues() {
  const others = Object.fromEntries(SOURCES.map((source) => [source, `${source}.${randomBytes(6).toString('hex')}`]));
  return { rows: secretValues(), others: others as Record<(typeof SOURCES)[number], string> };
}

/** What is searched for: each value whole, and the parts of those that a message might cut. */
export function piecesOf({ rows, others }: Planted): ReadonlyMap<string, string> {
  const parts = rows.quoted.split(/\W+/).filter((word) => word.length > 5);
  return new Map([
    ...Object.entries(rows).map(([name, value]) => [`rows.${name}`, value] as const),
    ...parts.map((part, n) => [`rows.quoted (part ${n})`, part] as const),
    ...Object.entries(others).map(([name, value]) => [name, value.split('.')[1]!] as const),
  ]);
}

/** Ways that {@link LEAKS} does not have: what a server does beside quoting a row. */
function furtherWays({ others }: Planted): Record<string, Way> {
  return {
    'a literal': { sql: `select '${others.literal}'::int` },
    'a literal in a type': { sql: `create table typed (id int default '${others.default}'::int)` },
    'COPY with data': { sql: `create table copied (id int);\ncopy copied from stdin;\n${others.copied}\n\\.\n` },
    'NOTICE, WARNING and then a failure': {
      sql: `do $$ declare v text := (select text from secrets); begin raise notice '%', v; raise warning '${others.notice} %', v; perform v::int; end $$`,
    },
    'an index build': { sql: 'create unique index concurrently twice_text on twice (text)' },
    'PL/Tcl': {
      needs: `create extension pltcl; create function tcl(text) returns void language pltcl as $$ error $1 $$;`,
      sql: `select tcl('${others.tcl}' || text) from secrets`,
    },
    'another server': {
      needs: 'create extension dblink',
      sql: `select dblink_connect('host=127.0.0.1 port=1 connect_timeout=1 user=u password=${others.dblink}')`,
    },
    'a backfill': {
      needs: `create table filled (note text primary key, id int); insert into filled values ('${others.backfilled}')`,
      sql: '-- pawl:backfill filled by note\nupdate filled set id = note::int',
    },
    'a placeholder': { sql: "select '${TOKEN}'::int, ${TOKEN_NAME}" },
    'a placeholder as a name': { sql: 'select ${TOKEN_NAME} from secrets' },
    'a syntax error beside a placeholder': { sql: "do $$ begin execute 'select ''${TOKEN}'; end $$" },
  };
}

/** What a constraint, put on online, says of rows that violate it. */
export function constraintsOf({ others }: Planted): Record<string, string> {
  return {
    '901_check.sql': `alter table secrets add constraint known check (text like '${others.constraint}%');`,
    '902_unique.sql': 'alter table twice add constraint one unique (text);',
    '903_null.sql': 'alter table noted alter needed set not null;',
    '904_parent.sql': 'alter table orphan add constraint known foreign key (text) references parent (text);',
  };
}

/**
 * The ways of one run: all that are not about quoting alone, and some of those that are, which another test tries one by one.
 * @param quoting how many of the latter
 */
export async function chooseWays(
  planted: Planted,
  quoting: number,
  query: (sql: string) => Promise<unknown>,
): Promise<Map<string, string>> {
  await query(leakTables(planted.rows));
  await query(`create table noted (note text, needed text); insert into noted select text from secrets;
    create table orphan (text text); insert into orphan select text from secrets`);
  const ways = new Map<string, string>();
  for (const [name, { sql, needs }] of Object.entries(furtherWays(planted))) {
    const here = needs === undefined || (await query(needs).then(() => true, isNotHere));
    if (here) ways.set(name, sql);
  }
  const names = Object.keys(LEAKS);
  while (ways.size < Object.keys(furtherWays(planted)).length + quoting) {
    const name = names[randomBytes(2).readUInt16LE() % names.length]!;
    ways.set(name, `${LEAKS[name]!};`);
  }
  return ways;
}

/** A language that a build of PostgreSQL does not bring, or whose library the machine lacks. */
function isNotHere(error: unknown): false {
  if (
    !/is not available|nicht verfügbar|could not load library|konnte nicht geladen|could not open extension|Steuerdatei/.test(
      (error as Error).message,
    )
  )
    throw error;
  return false;
}
