import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import { relationName, type RangeVar } from '../files/relation.js';
import { placeAt } from '../files/place.js';
import { nodeOf, type Statement } from '../files/statements.js';

/** What a statement of the constraints stage wants to be true of a table. */
export type Wanted = WantedConstraint | WantedNotNull | WantedIndex | WantedValidation;

interface OfTable {
  readonly table: RangeVar;
  /** `ALTER TABLE ONLY` */
  readonly only: boolean;
}

export interface WantedConstraint extends OfTable {
  readonly want: 'constraint';
  readonly name: string;
  /** As in the parse tree: `CONSTR_UNIQUE`, `CONSTR_FOREIGN`, ... */
  readonly kind: string;
  /** As the file words it, from the word CONSTRAINT on. */
  readonly words: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface WantedNotNull extends OfTable {
  readonly want: 'not null';
  readonly column: string;
}

/** CREATE INDEX, unique or not. */
export interface WantedIndex extends OfTable {
  readonly want: 'index';
  readonly name: string;
}

/** VALIDATE CONSTRAINT of a constraint that came from elsewhere. */
export interface WantedValidation extends OfTable {
  readonly want: 'validation';
  readonly name: string;
}

export type Names = readonly { readonly String: { readonly sval: string } }[];

export const namesOf = (nodes: unknown): string[] => ((nodes as Names | undefined) ?? []).map((node) => node.String.sval);

/** The table as it stands in ALTER TABLE. */
export const altered = ({ table, only }: OfTable): string => `${only ? 'only ' : ''}${relationName(table)}`;

interface Command {
  readonly AlterTableCmd: {
    readonly subtype: string;
    readonly name?: string;
    readonly def?: { readonly Constraint?: Record<string, unknown> };
  };
}

/**
 * What a statement wants; empty for one that is not about constraints and runs as it is.
 * @throws EngineError `CONSTRAINT_UNSUPPORTED` for what has no name and could not be found again, and for an ALTER TABLE that does
 * other work besides
 */
export function wantedBy(migration: Migration, statement: Statement): Wanted[] {
  const [type, fields] = nodeOf(statement);
  if (type === 'IndexStmt') {
    const relation = fields['relation'] as RangeVar & { inh?: boolean };
    if (typeof fields['idxname'] !== 'string') throw unsupported(migration, statement, 'this index has no name', NAME_IT);
    return [{ want: 'index', table: relation, only: relation.inh !== true, name: fields['idxname'] }];
  }
  if (type !== 'AlterTableStmt' || fields['objtype'] !== 'OBJECT_TABLE') return [];
  const table = fields['relation'] as RangeVar & { inh?: boolean };
  const of = { table, only: table.inh !== true };
  const commands = fields['cmds'] as Command[];
  const wanted = commands.flatMap(({ AlterTableCmd: command }, index): Wanted[] => {
    const constraint = command.def?.Constraint;
    const { name = '' } = command;
    if (command.subtype === 'AT_SetNotNull') return [{ ...of, want: 'not null', column: name }];
    if (command.subtype === 'AT_ValidateConstraint') return [{ ...of, want: 'validation', name }];
    if (command.subtype !== 'AT_AddConstraint' || !constraint) return [];
    if (constraint['contype'] === 'CONSTR_NOTNULL') return [{ ...of, want: 'not null', column: namesOf(constraint['keys'])[0]! }];
    if (typeof constraint['conname'] !== 'string')
      throw unsupported(migration, statement, 'this constraint has no name', NAME_IT);
    const words = wordsOf(statement, commands, index);
    return [
      { ...of, want: 'constraint', name: constraint['conname'], kind: String(constraint['contype']), words, fields: constraint },
    ];
  });
  if (wanted.length > 0 && (wanted.length < commands.length || (commands.length > 1 && wanted.some(isOther))))
    throw unsupported(
      migration,
      statement,
      'this ALTER TABLE does other work besides adding constraints',
      'Write one ALTER TABLE for each, so that each can be put on online and what is there already can be left alone.',
    );
  return wanted;
}

const isOther = ({ want }: Wanted): boolean => want !== 'constraint';

const TRIVIA = String.raw`(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*`;
const NEXT = new RegExp(`,${TRIVIA}add${TRIVIA}$`, 'i');

/** From the place of one constraint to that of the next, without the `, ADD` between them. */
function wordsOf(statement: Statement, commands: readonly Command[], index: number): string {
  const at = (command: Command | undefined): number | undefined => {
    const location = command?.AlterTableCmd.def?.Constraint?.['location'];
    return location === undefined ? undefined : statement.offsetOf(location as number) - statement.start;
  };
  const next = at(commands[index + 1]);
  const words = statement.text.slice(at(commands[index]), next);
  return next === undefined ? words : words.replace(NEXT, '');
}

/** The tail that pg_get_constraintdef() writes for a deferrable constraint. */
export function deferral({ fields }: WantedConstraint): string {
  return `${fields['deferrable'] ? ' DEFERRABLE' : ''}${fields['initdeferred'] ? ' INITIALLY DEFERRED' : ''}`;
}

const NAME_IT = 'Give it a name: only what has one can be recognised when it is there already.';

function unsupported(migration: Migration, statement: Statement, what: string, next: string): EngineError {
  const place = placeAt(migration.sql, statement.start, migration.path);
  return new EngineError('CONSTRAINT_UNSUPPORTED', 'blocked', `${migration.path}:${place.line}:${place.column}: ${what}`, {
    next,
    place,
    version: migration.version,
  });
}
