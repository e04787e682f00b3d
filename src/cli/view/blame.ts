import { pad, paint, type Look } from './look.js';

/** What the ledger knows of a migration. */
export interface AppliedAt {
  readonly source: 'applied' | 'adopted' | 'skipped';
  /** ISO 8601. */
  readonly at: string;
  readonly by: string | undefined;
}

export interface BlamedMigration extends Partial<AppliedAt> {
  readonly version: string;
  readonly path: string | undefined;
}

export interface BlameLine {
  readonly kind: string;
  readonly identity: string;
  readonly made: BlamedMigration | undefined;
  readonly changed: BlamedMigration | undefined;
}

/** Each object with the migration that it owes its present state to. */
export function blameView(lines: readonly BlameLine[], look: Look): string {
  const named = lines.map((line) => ({ name: `${line.kind} ${line.identity}`, line }));
  const width = Math.min(60, Math.max(...named.map(({ name }) => name.length)));
  return named.map(({ name, line }) => `${pad(name, width)}  ${storyOf(line, look)}`).join('\n');
}

function storyOf({ made, changed }: BlameLine, look: Look): string {
  if (!changed) return made ? `made by ${migrationText(made, look)}` : 'there before the first migration';
  return `changed by ${migrationText(changed, look)}${made ? paint(look, 'dim', `, made by ${made.path ?? made.version}`) : ''}`;
}

function migrationText({ version, path, source, at, by }: BlamedMigration, look: Look): string {
  const when =
    at === undefined
      ? 'not applied'
      : `${source ?? ''} ${at.slice(0, 16).replace('T', ' ')}${by === undefined ? '' : ` by ${by}`}`;
  return `${path ?? version} ${paint(look, 'dim', `(${when})`)}`;
}
