import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { namedIn } from '../../../src/check/facts/named.js';
import { manual } from '../../../src/check/trace/trace-online.js';
import { segmentsOf } from '../../../src/engine/apply/segments.js';
import { loadGrammar, parseStatements } from '../../../src/engine/files/statements.js';
import { migrationOf } from '../../support/check.js';

/** One of each kind that PostgreSQL refuses in a transaction, and its name in docs/how-it-works.md. */
const SAMPLES: Readonly<Record<string, readonly [sql: string, name: string]>> = {
  IndexStmt: ['create index concurrently i on t (a)', 'CREATE INDEX CONCURRENTLY'],
  DropStmt: ['drop index concurrently i', 'DROP INDEX CONCURRENTLY'],
  ReindexStmt: ['reindex table concurrently t', 'REINDEX CONCURRENTLY'],
  AlterTableStmt: ['alter table p detach partition c concurrently', 'DETACH PARTITION CONCURRENTLY'],
  VacuumStmt: ['vacuum t', 'VACUUM'],
  AlterSystemStmt: ["alter system set work_mem = '8MB'", 'ALTER SYSTEM'],
  ClusterStmt: ['cluster', 'CLUSTER'],
  CreatedbStmt: ['create database d', 'CREATE DATABASE'],
  DropdbStmt: ['drop database d', 'DROP DATABASE'],
  CreateTableSpaceStmt: ["create tablespace s location '/s'", 'CREATE TABLESPACE'],
  DropTableSpaceStmt: ['drop tablespace s', 'DROP TABLESPACE'],
  CreateSubscriptionStmt: ["create subscription s connection '' publication p", 'CREATE SUBSCRIPTION'],
  DropSubscriptionStmt: ['drop subscription s', 'DROP SUBSCRIPTION'],
};

/** Those of which PostgreSQL itself leaves no half: test/postgres/engine/named-object.test.ts looks at the whole ones. */
const WHOLE = /^(CREATE|DROP) (DATABASE|TABLESPACE|SUBSCRIPTION)$/;

const page = readFileSync('docs/how-it-works.md', 'utf8');
const section = page.slice(page.indexOf('## Statements outside transactions'), page.indexOf('## Session settings'));
const killed = readFileSync('test/crash/online.test.ts', 'utf8');

beforeAll(loadGrammar);

it('every kind that src/engine/apply/online/classify.ts recognises is tried here', () => {
  const recognised = [...readFileSync('src/engine/apply/online/classify.ts', 'utf8').matchAll(/case '(\w+)':/g)];
  expect(
    recognised.map(([, kind]) => kind!).filter((kind) => !(kind in SAMPLES)),
    'kinds without a statement in SAMPLES, above',
  ).toEqual([]);
});

it.each(Object.entries(SAMPLES))(
  '%s runs alone, has its name on the page and a lock in a check, and is tried by a kill',
  (kind, [sql, name]) => {
    const statements = parseStatements(sql, '1.sql');
    const [segment] = segmentsOf(migrationOf(sql), statements);
    expect([statements[0]?.type, segment?.kind]).toEqual([kind, 'online']);
    expect(section, `"Statements outside transactions" in docs/how-it-works.md has to name ${name}`).toContain(name);
    for (const relation of namedIn(statements[0]!).relations) {
      expect(manual(statements[0]!, relation).mode, `src/check/trace/trace-online.ts has to say how ${name} locks`).toBeDefined();
    }
    if (segment?.kind !== 'online' || !segment.online.verifiable || WHOLE.test(name)) return;
    expect(killed, `STATEMENTS of test/crash/online.test.ts, which kills it, has to have ${name}`).toMatch(
      new RegExp(`'${name.replace(' CONCURRENTLY', '\\b[^\\n]* CONCURRENTLY')}`),
    );
  },
);
