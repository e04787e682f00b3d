import { describe, expect, it } from 'vitest';
import { sqlFailure } from '../../../src/engine/apply/sql-failure.js';
import type { EngineError } from '../../../src/engine/error.js';
import { parseStatements, loadGrammar } from '../../../src/engine/files/statements.js';
import type { ServerError } from '../../../src/engine/postgres/sqlstate.js';
import { migration } from '../../support/engine.js';

const told = (error: Partial<ServerError> & { message: string }, sql = '', text?: string): string =>
  sqlFailure(Object.assign(new Error(error.message), { severity: 'ERROR', code: '42P01', ...error }), {
    migration: migration('1', sql, { text }),
    showValues: false,
  }).message.replace(/^m\/1\.sql: (.*) \(SQLSTATE .*$/s, '$1');

describe('names pass, values do not', () => {
  it.each([
    ['22P02', 'invalid input syntax for type integer: "secret"', 'invalid input syntax for type integer'],
    ['22003', 'value "99999999999" is out of range for type integer', 'value "…" is out of range for type integer'],
    ['22P02', 'ungültige Eingabesyntax für Typ integer: »geheim-4711«', 'ungültige Eingabesyntax für Typ integer'],
    ['22P02', 'syntaxe en entrée invalide pour le type integer : « secret »', 'syntaxe en entrée invalide pour le type integer'],
    ['22001', 'value too long for type character varying(10)', 'value too long for type character varying(10)'],
    ['22023', 'time zone "a" secret "b" not recognized', 'time zone "…" not recognized'],
    ['42P01', "la relation « secret » n'existe pas", "la relation «…» n'existe pas"],
    ['42P01', 'リレーション"secret"は存在しません', 'リレーション"…"は存在しません'],
    ['42P01', '错误: 关系 「secret」 不存在', '错误'],
    ['42883', 'operator does not exist: secret-4711', 'operator does not exist'],
    ['42883', 'function secret(integer) does not exist', 'function … does not exist'],
  ])('%s %s', (code, message, expected) => expect(told({ code, message })).toBe(expected));

  it.each([
    ['create table "Orders" ()', 'relation "Orders" already exists'],
    ['create table ORDERS ()', 'relation "orders" already exists'],
    ['create table orders (id serial primary key)', 'relation "orders_pkey" already exists'],
    [
      'alter table orders add foreign key (customer_id) references a',
      'constraint "orders_customer_id_fkey" of relation "orders" exists',
    ],
    ['do $$ begin perform from app.orders; end $$', 'relation "app.orders" does not exist'],
    [`create table ${'x'.repeat(70)} ()`, `relation "${'x'.repeat(63)}" already exists`],
  ])('%s: %s', (sql, message) => expect(told({ message }, sql)).toBe(message));

  it.each([
    ["insert into a values ('secret')", 'relation "secret" does not exist'],
    ["insert into a values (E'\\' secret')", 'relation "secret" does not exist'],
    ['insert into a values ($x$ secret $x$)', 'relation "secret" does not exist'],
    ['select 1; -- secret', 'relation "secret" does not exist'],
    ['/* secret /* */ secret */ select 1', 'relation "secret" does not exist'],
    ["do $$ begin perform 'secret'; end $$", 'relation "secret" does not exist'],
  ])('%s hides what is in the literal', (sql, message) => expect(told({ message }, sql)).toBe('relation "…" does not exist'));

  it('a name that the server gives as one passes', () =>
    expect(told({ code: '23505', message: 'violates "unknown_to_file"', constraint: 'unknown_to_file' })).toBe(
      'violates "unknown_to_file"',
    ));

  it('the value of a placeholder is no name of the file', () =>
    expect(told({ message: 'schema "prod" does not exist' }, 'create table prod.a ()', 'create table ${SCHEMA}.a ()')).toBe(
      'schema "…" does not exist',
    ));
});

describe('what an author wrote', () => {
  const raise = (message: string, sql: string, more: Partial<ServerError> = {}): string =>
    told({ code: '23514', routine: 'exec_stmt_raise', message, ...more }, sql);
  it.each([
    ["raise exception 'no orders'", 'no orders', 'no orders'],
    ["raise exception 'it''s 100%%'", "it's 100%", '…'],
    ["raise exception 'bad mail %', mail", 'bad mail ann@example.org', 'bad mail …'],
    ["raise exception using message = 'no orders'", 'no orders', 'no orders'],
  ])('%s', (statement, message, expected) => {
    const result = raise(message, `do $$ begin ${statement}; end $$`);
    if (expected !== '…') expect(result).toBe(expected);
    else expect(result).toMatch(/^it's 100%$|raised an exception/);
  });
  it.each([
    ['a literal that is not raised', "insert into a values ('ann'); do $$ begin raise exception '%', x; end $$", {}],
    ['in another language', "do $$ begin raise exception 'x'; end $$", { routine: 'PLy_elog_impl' }],
    ['of another server', 'select 1', { routine: 'pgfdw_report_error' }],
    ['of an assertion', 'select 1', { code: 'P0004', routine: 'exec_stmt_assert' }],
    ['of a lost connection', 'select 1', { code: '08006' }],
    ['of a server that does not say where', 'select 1', { code: 'P0001', routine: undefined }],
  ])('hides %s', (_, sql, more) => expect(raise('ann', sql, more)).not.toContain('ann'));
});

describe('a syntax error', () => {
  const syntax = async (sql: string, written = sql): Promise<EngineError> => {
    await loadGrammar();
    try {
      parseStatements(sql, 'm/1.sql', written);
    } catch (error) {
      return error as EngineError;
    }
    throw new Error('it parses');
  };
  it.each([
    ['selec 1', 'm/1.sql:1:1: syntax error at or near "selec"'],
    ['create table a (', 'm/1.sql:1:17: syntax error at end of input'],
    ['create table a (;', 'm/1.sql:1:17: syntax error at or near ";"'],
    ["create role a password 'hunter2; select 1", 'm/1.sql:1:24: unterminated quoted string'],
    ["create role a password 'x' 'hunter2'", 'm/1.sql:1:28: syntax error'],
    ["insert into a values ('x); insert into a values ('hunter2', 1)", 'm/1.sql:1:51: syntax error'],
    [`selec${'x'.repeat(40)}`, 'm/1.sql:1:1: syntax error'],
    ['select 1 $$hunter2', 'm/1.sql:1:10: unterminated dollar-quoted string'],
  ])('%s', async (sql, expected) => expect((await syntax(sql)).message).toBe(expected));

  it('shows placeholders, not their values, in the excerpt too', async () => {
    const error = await syntax(
      "select 1;\ncreate role a password 'hunter2' hunter2 selec 1",
      "select 1;\ncreate role a password '${PW}' ${PW} selec 1",
    );
    expect(`${error.message} ${error.excerpt}`).not.toContain('hunter2');
    expect(error.excerpt).toContain("2 | create role a password '${PW}' ${PW} selec 1");
    expect(error.place).toEqual({ file: 'm/1.sql', line: 2, column: 25 });
  });
});
