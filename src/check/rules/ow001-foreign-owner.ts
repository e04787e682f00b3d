import { ownerOf } from '../../owners/owner-of.js';
import type { StatementTrace } from '../trace/statement-trace.js';
import { factKey } from '../facts/facts.js';
import { namedIn } from '../facts/named.js';
import { eachStatement, type Rule } from './rule.js';

export const ow001: Rule = {
  id: 'OW001',
  title: 'DDL on what another tool owns',
  why: 'Two owners of one table undo each other: the other tool finds a difference and takes it back, or its next upgrade fails.',
  safe: 'Make the change where the object is owned: in the other tool, or in the extension.',
  check: eachStatement((trace, { owners }) => {
    if (!isDefinition(trace)) return undefined;
    for (const relation of trace.facts.relations.values()) {
      const owner = relation.extension === null ? ownerOf(relation.name, owners) : `the extension ${relation.extension}`;
      if (owner !== undefined) {
        return { statement: trace, relation: relation.name, severity: 'error', message: `${relation.name} belongs to ${owner}.` };
      }
    }
    const made = [...namedIn(trace.statement).relations].map((name) => ({ name, owner: ownerOf(plain(name), owners) }));
    const found = made.find(({ owner }) => owner !== undefined);
    return found && { statement: trace, severity: 'error', message: `${plain(found.name)} belongs to ${found.owner}.` };
  }),
};

function isDefinition({ statement: { node } }: StatementTrace): boolean {
  return ['AlterTableStmt', 'CreateStmt', 'DropStmt', 'RenameStmt', 'IndexStmt', 'CreateTrigStmt'].some((kind) => kind in node);
}

function plain(key: string): string {
  const name = key.replaceAll('"', '');
  return key === factKey([name]) ? `public.${name}` : name;
}
