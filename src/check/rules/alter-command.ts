import type { AlterTableCmd, ColumnDef, Constraint } from '@pgsql/types';
import { replaceRelation, type RangeVar } from '../../engine/files/relation.js';
import { factKey, type RelationFacts } from '../facts/facts.js';
import type { StatementTrace } from '../trace/statement-trace.js';

/** One command of an ALTER TABLE on a relation of before the deploy. */
export interface AlterCommand {
  readonly relation: RelationFacts;
  readonly command: AlterTableCmd;
  /** As written: `ADD COLUMN a int`. */
  readonly text: string;
  /** The only command of its statement. */
  readonly alone: boolean;
}

/** The relation that a name in a statement means, when it was there before the deploy. */
export function existing(
  { facts }: StatementTrace,
  name: { schemaname?: string | undefined; relname?: string | undefined } | undefined,
): RelationFacts | undefined {
  if (!name?.relname) return undefined;
  const found = facts.relations.get(factKey(name.schemaname ? [name.schemaname, name.relname] : [name.relname]));
  return found?.existing ? found : undefined;
}

/** The commands of an ALTER TABLE on a table of before the deploy; empty for any other statement. */
export function alterCommands(trace: StatementTrace): AlterCommand[] {
  const { node } = trace.statement;
  if (!('AlterTableStmt' in node)) return [];
  const { relation: name, cmds = [] } = node.AlterTableStmt;
  const relation = existing(trace, name);
  if (!relation) return [];
  const texts = commandTexts(trace, name as RangeVar);
  return cmds.flatMap((cmd, index) =>
    'AlterTableCmd' in cmd ? [{ relation, command: cmd.AlterTableCmd, text: texts[index] ?? '', alone: cmds.length === 1 }] : [],
  );
}

/** The column that an ADD COLUMN or ALTER COLUMN TYPE defines. */
export function columnOf({ def }: AlterTableCmd): ColumnDef | undefined {
  return def && 'ColumnDef' in def ? def.ColumnDef : undefined;
}

/** The constraint that an ADD CONSTRAINT adds. */
export function constraintOf({ subtype, def }: AlterTableCmd): Constraint | undefined {
  return subtype === 'AT_AddConstraint' && def && 'Constraint' in def ? def.Constraint : undefined;
}

/** The constraints written at a column. */
export function constraintsOf(column: ColumnDef): Constraint[] {
  return (column.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
}

const MARK = '\0';

/** Splits what follows the table's name at commas outside parentheses and quotes. */
function commandTexts({ statement }: StatementTrace, name: RangeVar): string[] {
  const commands = replaceRelation(statement, name, MARK).split(MARK)[1] ?? '';
  const texts = [''];
  let depth = 0;
  for (const [token] of commands.matchAll(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|[()[\],]|[^'"$\-()[\],]+|./g,
  )) {
    if (token === '(' || token === '[') depth += 1;
    if (token === ')' || token === ']') depth -= 1;
    if (token === ',' && depth === 0) texts.push('');
    else texts[texts.length - 1] += token;
  }
  return texts.map((text) => text.trim());
}
