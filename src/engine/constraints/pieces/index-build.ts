import { createIndex } from '../../apply/online/create-index.js';
import { relationName } from '../../files/relation.js';
import { parseStatements, type Statement } from '../../files/statements.js';
import type { Session } from '../../postgres/connect.js';
import { missing } from '../missing.js';
import { isPartitioned } from '../partitioned.js';
import type { Piece, PieceContext } from '../piece.js';
import { explainViolation } from '../violation.js';
import type { WantedIndex } from '../wanted.js';
import { subjectOf } from './constraint.js';

/**
 * CREATE INDEX: built concurrently, whether the file says so or not. That of a partitioned table cannot be, and is made as the file
 * says, in a step of its own.
 */
export function indexPiece(context: PieceContext, wanted: WantedIndex): Piece {
  const { migration } = context;
  const online = createIndex(concurrently(context.statement, migration.path));
  const isDone = async (session: Session): Promise<boolean> => (await online.probe(session, {}, true)) === 'done';
  return {
    subject: subjectOf(wanted),
    steps: [
      {
        kind: 'online',
        online: {
          ...online,
          probe: async (session, before, resumed) =>
            (await isPartitioned(session, wanted.table)) ? 'done' : online.probe(session, before, resumed),
          explain: explainViolation(context, wanted),
        },
      },
      {
        kind: 'step',
        title: `create index ${wanted.name}`,
        prepare: async (session) =>
          (await isPartitioned(session, wanted.table)) && !(await isDone(session)) ? context.statement.text : undefined,
        explain: explainViolation(context, wanted),
      },
    ],
    async prove(session) {
      if (await isDone(session)) return;
      throw missing(migration, `index ${wanted.name} of ${relationName(wanted.table)} does not exist, or is INVALID`);
    },
  };
}

/** The same statement with the word CONCURRENTLY. */
function concurrently(statement: Statement, path: string): Statement {
  if (/\bindex\s+concurrently\b/i.test(statement.text)) return statement;
  return parseStatements(statement.text.replace(/\bindex\b/i, 'index concurrently'), path)[0]!;
}
