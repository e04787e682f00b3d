import type { DumpedSchema } from '../../pg-dump/dump-schema.js';
import { parseStatements } from '../../engine/files/statements.js';
import { counted } from '../../text/counted.js';

export interface SchemaHead {
  readonly target: string;
  /** `the files`, `the files up to 107`, `the database`. */
  readonly what: string;
  /** Of the server that wrote it. */
  readonly major: number;
}

/** The schema as a file that can be kept, read in a review and run. */
export function schemaText({ target, what, major }: SchemaHead, { schema, constraints }: DumpedSchema): string {
  const head = `-- The schema of ${target} as ${what} ${what === 'the database' ? 'has' : 'give'} it, written on PostgreSQL ${major}.\n-- Do not edit: pawl schema writes it anew, and --check holds it against the files.`;
  return `${[head, ...schema, ...constraints].join('\n\n')}\n`;
}

export interface SchemaChanges {
  readonly same: boolean;
  /** Statements that the file does not have. */
  readonly missing: readonly string[];
  /** Statements that only the file has. */
  readonly superfluous: readonly string[];
  readonly text: string;
}

/** How many statements of each side are shown. */
const SHOWN = 10;

/** What a kept file has more and less than the schema; comments and white space between statements do not matter. */
export function schemaChanges(kept: string, now: string): SchemaChanges {
  const [before, after] = [kept, now].map((sql) => parseStatements(sql, 'the schema').map(({ text }) => text)) as [
    string[],
    string[],
  ];
  const missing = after.filter((statement) => !before.includes(statement));
  const superfluous = before.filter((statement) => !after.includes(statement));
  const same = before.join(';\n') === after.join(';\n');
  const majors = [kept, now].map((sql) => /written on PostgreSQL (\d+)/.exec(sql)?.[1]);
  const other =
    !same && majors[0] !== majors[1]
      ? [`It was written on PostgreSQL ${majors[0] ?? '?'}, and this is ${majors[1] ?? '?'}.`]
      : [];
  const order = !same && missing.length + superfluous.length === 0 ? ['Only the order differs.'] : [];
  const text = [
    ...list('-', superfluous),
    ...list('+', missing),
    ...order,
    ...other,
    'Write it anew: pawl schema --out <file>',
  ].join('\n');
  return { same, missing, superfluous, text };
}

function list(mark: string, statements: readonly string[]): string[] {
  const more = statements.length - SHOWN;
  const shown = statements.slice(0, SHOWN).map((statement) => `${mark} ${statement.replaceAll('\n', `\n${mark} `)};`);
  return more > 0 ? [...shown, `${mark} ... and ${counted(more, 'more statement')}`] : shown;
}
