import { nodeOf, type Statement } from '../../files/statements.js';
import type { OnlineStatement } from './statement.js';

const CATALOGS: Record<string, { field: string; find: string; drops: boolean; word: string }> = {
  CreatedbStmt: {
    field: 'dbname',
    find: 'select from pg_catalog.pg_database where datname = $1',
    drops: false,
    word: 'CREATE DATABASE',
  },
  DropdbStmt: {
    field: 'dbname',
    find: 'select from pg_catalog.pg_database where datname = $1',
    drops: true,
    word: 'DROP DATABASE',
  },
  CreateTableSpaceStmt: {
    field: 'tablespacename',
    find: 'select from pg_catalog.pg_tablespace where spcname = $1',
    drops: false,
    word: 'CREATE TABLESPACE',
  },
  DropTableSpaceStmt: {
    field: 'tablespacename',
    find: 'select from pg_catalog.pg_tablespace where spcname = $1',
    drops: true,
    word: 'DROP TABLESPACE',
  },
  CreateSubscriptionStmt: {
    field: 'subname',
    find: 'select from pg_catalog.pg_subscription where subname = $1',
    drops: false,
    word: 'CREATE SUBSCRIPTION',
  },
  DropSubscriptionStmt: {
    field: 'subname',
    find: 'select from pg_catalog.pg_subscription where subname = $1',
    drops: true,
    word: 'DROP SUBSCRIPTION',
  },
};

/** CREATE or DROP of a database, tablespace or subscription: done when its name is there, or gone. PostgreSQL itself leaves no half of one. */
export function namedObject(statement: Statement): OnlineStatement {
  const [type, fields] = nodeOf(statement);
  const { field, find, drops, word } = CATALOGS[type]!;
  const name = String(fields[field]);
  return {
    title: `${word} ${name}`,
    sql: statement.text,
    verifiable: true,
    remember: () => Promise.resolve({}),
    async probe(session, _before, resumed) {
      const { rowCount } = await session.client.query(find, [name]);
      const reached = (rowCount === 0) === drops;
      // On a first attempt PostgreSQL's own "already exists" is the better answer.
      return reached && resumed ? 'done' : 'absent';
    },
    recover: () => Promise.resolve(),
  };
}
