import { describe, expect, it } from 'vitest';
import { loadGrammar, parseStatements } from '../../../../src/engine/files/statements.js';
import { discover, faultsOf, scripts } from '../../../support/migration-directory.js';

describe('goose', () => {
  it('runs what is under Up and undoes with what is under Down, annotations in any case', async () => {
    const files = { '00001_a.sql': '-- a\n-- +goose up\ncreate table a ();\n\n-- +goose DOWN\ndrop table a;\n' };
    expect(await scripts(files)).toEqual([
      { version: '1', name: '00001_a.sql', sql: 'create table a ();', down: 'drop table a;' },
    ]);
    const { migrations } = await discover(files);
    expect(migrations[0]!.sql.split('\n')[2]).toBe('create table a ();');
    expect(migrations[0]!.down!.sql.split('\n')[5]).toBe('drop table a;');
  });

  it('statements between StatementBegin and StatementEnd need no semicolon', async () => {
    const files = {
      '1_a.sql': [
        '-- +goose Up',
        '-- +goose StatementBegin',
        'do $$ begin perform 1; end $$ -- no semicolon',
        '-- +goose StatementEnd',
        '-- +goose StatementBegin',
        'create table a ()',
        '-- +goose StatementEnd',
        'create table b ();',
      ].join('\r\n'),
    };
    const { migrations } = await discover(files);
    await loadGrammar();
    expect(parseStatements(migrations[0]!.sql, 'x').map(({ node }) => Object.keys(node)[0])).toEqual([
      'DoStmt',
      'CreateStmt',
      'CreateStmt',
    ]);
  });

  it('NO TRANSACTION counts wherever it stands', async () => {
    expect(await scripts({ '1_a.sql': '-- +goose NO TRANSACTION\n-- +goose Up\nselect 1;' })).toMatchObject([
      { transaction: 'none' },
    ]);
  });

  it('ENVSUB fills variables between ON and OFF only, from the config before the environment', async () => {
    process.env['PAWL_TEST_REGION'] = 'north';
    const files = {
      '1_a.sql':
        "-- +goose Up\nselect '$PAWL_TEST_REGION';\n-- +goose ENVSUB ON\nselect '${PAWL_TEST_REGION} $PAWL_TEST_B ${PAWL_TEST_NONE:-x} ${PAWL_TEST_NONE-${PAWL_TEST_B}} \\$1';\n-- +goose ENVSUB OFF\nselect $$ ${Z} $$;",
    };
    expect(await scripts(files, { placeholders: { PAWL_TEST_B: 'b' } })).toMatchObject([
      { sql: "select '$PAWL_TEST_REGION'; select 'north b x b $1'; select $$ ${Z} $$;" },
    ]);
    delete process.env['PAWL_TEST_REGION'];
    expect(await faultsOf(files, { placeholders: { PAWL_TEST_B: 'b' } })).toEqual([
      'FILES_PLACEHOLDER m/1_a.sql:4: the variable PAWL_TEST_REGION is set neither by the config nor in the environment',
    ]);
    // What only the worker has stays open elsewhere.
    expect(await scripts(files, { placeholders: { PAWL_TEST_B: 'b', PAWL_TEST_REGION: undefined } })).toMatchObject([
      { sql: expect.stringContaining("'${PAWL_TEST_REGION} b") as string },
    ]);
  });

  it.each([
    ['-- +goose Upp\nselect 1;', '1: there is no annotation "upp"'],
    ['select 1;\n-- +goose Up', '1: SQL before `-- +goose Up`'],
    ['-- +goose Down\nselect 1;', '1: `-- +goose down` in the wrong place'],
    ['-- +goose Up\n-- +goose Up\n', '2: `-- +goose up` in the wrong place'],
    ['-- +goose Up\n-- +goose StatementBegin\nselect 1;', '3: a StatementBegin without its StatementEnd'],
    ['-- +goose Up\n-- +goose StatementEnd', '2: a statementend without its counterpart'],
    ['-- nothing', '1: there is no `-- +goose Up`'],
  ])('refuses %j', async (text, what) => {
    expect(await faultsOf({ '1_a.sql': text }, { format: 'goose' })).toEqual([
      `FILES_FORMAT m/1_a.sql:${what}, and goose refuses the file`,
    ]);
  });
});
