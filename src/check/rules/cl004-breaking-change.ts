import type { CommittedLoss, StatementTrace } from '../trace/statement-trace.js';
import { alterCommands } from './alter-command.js';
import { blame } from './blame.js';
import type { Problem, Rule, RuleContext } from './rule.js';

export const cl004: Rule = {
  id: 'CL004',
  title: 'a change that breaks the application that runs now',
  why: 'While a deploy runs, the version before it still runs. It asks for the old name and fails, at once and without any lock; what is dropped is gone for a rollback, too.',
  safe: 'Expand first: add the new beside the old, ship code that uses it, and drop the old in a later release. Then allow this one: `-- pawl:allow CL004 <since when nothing uses it>`.',
  check: (context) => [...gone(context), ...context.statements.flatMap(nullable)],
};

/** At most so many things are named in one finding. */
const NAMED = 5;

/** What is missing when the transaction has committed; one finding for all that a statement took away in the same way. */
function gone({ losses, statements }: RuleContext): Problem[] {
  const groups = new Map<
    string,
    { statement: StatementTrace; severity: Problem['severity']; relation?: string; messages: string[] }
  >();
  for (const loss of losses) {
    const told = tell(loss);
    const statement = told && blame(loss, statements);
    if (!statement) continue;
    const severity = loss.use === 'function' && loss.now !== undefined && loss.how === 'gone' ? 'warning' : 'error';
    const key = `${statement.index} ${loss.use} ${loss.how} ${severity}`;
    const group = groups.get(key) ?? { statement, severity, ...relationOf(loss), messages: [] };
    group.messages.push(told);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ messages, ...problem }) => ({
    ...problem,
    message: [...messages.slice(0, NAMED), ...(messages.length > NAMED ? [`And ${messages.length - NAMED} more.`] : [])].join(
      ' ',
    ),
  }));
}

function relationOf({ use, name, of }: CommittedLoss): { relation?: string } {
  return use === 'table' || use === 'view' ? { relation: name } : use === 'column' ? { relation: of } : {};
}

/** @returns undefined for what other rules tell */
function tell({ use, how, name, of, now }: CommittedLoss): string | undefined {
  const renamed = how === 'renamed';
  switch (use) {
    case 'table':
      if (how === 'replaced') return undefined;
      return renamed
        ? `${name} is called ${now} as soon as this commits: whatever uses the old name fails.`
        : `${name} is gone with all its rows: whatever still reads or writes it fails.`;
    case 'view':
    case 'sequence':
      return renamed
        ? `${name} is called ${now} as soon as this commits: whatever uses the old name fails.`
        : `${name} is gone: whatever still uses it fails.`;
    case 'column':
      if (how === 'replaced') return undefined;
      if (how === 'required')
        return `INSERTs into ${of} that leave out ${name} fail: it is NOT NULL and has no default any more.`;
      if (how === 'refused')
        return `INSERTs into ${of} that give a value for ${name} fail: it is GENERATED ALWAYS, and takes one only with OVERRIDING SYSTEM VALUE.`;
      return renamed
        ? `${name} of ${of} is called ${now} as soon as this commits: statements that name it fail.`
        : `${of} loses the column ${name} and its values: statements that name it fail.`;
    case 'function':
      if (renamed) return `${name} is called ${now} as soon as this commits: calls of the old name fail.`;
      return now === undefined
        ? `${name} is gone: calls of it fail.`
        : `${name} is gone, and ${now} stands in its place: calls whose arguments fit only the old one fail.`;
    case 'result':
      return `${name} returns ${now} as soon as this commits: code that expects the old result fails or reads something else.`;
    case 'type':
      return renamed
        ? `The type ${name} is called ${now} as soon as this commits: casts and functions that name it fail.`
        : `The type ${name} is gone: casts that name it fail.`;
    case 'label':
      return `The label ${name} is unknown to the database as soon as this commits: statements that write it fail.`;
    case 'schema':
      return renamed
        ? `Everything in the schema ${name} is gone from where the application looks for it: it is called ${now}.`
        : undefined;
    default:
      return undefined;
  }
}

function nullable(trace: StatementTrace): Problem[] {
  return alterCommands(trace).flatMap(({ relation, command }) => {
    const there = relation.columns.some(({ name }) => name === command.name);
    if (command.subtype !== 'AT_DropNotNull' || !there) return [];
    const message = `Code that reads ${command.name} of ${relation.name} meets NULL for the first time.`;
    return [{ statement: trace, relation: relation.name, severity: 'warning' as const, message }];
  });
}
