import { describe, expect, it } from 'vitest';
import { discover, faultsOf, scripts } from '../../../support/migration-directory.js';

const HEAD = '--liquibase formatted sql\n';

describe('Liquibase', () => {
  it('takes each changeset for a migration, with lines where they are', async () => {
    const files = {
      'a.sql': `-- Liquibase Formatted SQL
-- changeset bob:1 labels:
create table a ();
--rollback drop table a;
--comment: why
--CHANGESET "ann lee":"x 2" runInTransaction:false
vacuum;
--rollback empty
--changeset bob:3 runOnChange:true splitStatements:false
create view v as select 1;
/* liquibase rollback
drop view v;
*/
`,
    };
    expect(await scripts(files)).toEqual([
      { version: 'a.sql::1::bob', name: 'a.sql::1::bob', sql: 'create table a (); --comment: why', down: 'drop table a;' },
      { version: 'a.sql::x 2::ann lee', name: 'a.sql::x 2::ann lee', sql: 'vacuum;', transaction: 'none' },
      { version: 'a.sql::3::bob', name: 'a.sql::3::bob', sql: 'create view v as select 1;', down: 'drop view v;' },
    ]);
    const { migrations } = await discover(files);
    expect(migrations[1]!.sql.split('\n')[6]).toBe('vacuum;');
    expect(migrations.map(({ repeatable }) => repeatable)).toEqual([undefined, undefined, true]);
  });

  it('a changeset that is added leaves the checksums of the others', async () => {
    const before = await discover({ 'a.sql': `${HEAD}--changeset b:1\nselect 1;\n--changeset b:2\nselect 2;` });
    const after = await discover({
      'a.sql': `${HEAD}--changeset b:0\nselect 0;\n--changeset b:1\nselect 1;\n--changeset b:2\nselect 3;`,
    });
    expect(after.migrations[1]!.checksum).toBe(before.migrations[0]!.checksum);
    expect(after.migrations[2]!.checksum).not.toBe(before.migrations[1]!.checksum);
  });

  it('leaves out what is for other databases, ignored, or between ignoreLines', async () => {
    const text = `${HEAD}--changeset b:1 dbms:oracle\nselect 1;\n--changeset b:2 dbms:!h2\nselect 2;\n--changeset b:3 ignore:true\nselect 3;\n--changeset b:4 dbms:mysql,postgresql\n--ignoreLines:start\n\\connect\n--ignoreLines:end\n--ignoreLines:1\nx\nselect 4;`;
    expect((await scripts({ 'a.sql': text })).map((row) => (row as { sql: string }).sql)).toEqual([
      '',
      'select 2;',
      '',
      'select 4;',
    ]);
  });

  it('fills properties, the config before them; and knows delimiters', async () => {
    const text = `${HEAD}--property name:t value:x dbms:oracle\n--property name:t value:orders\n--property name:u value:no\n--changeset b:1 endDelimiter:/\nselect '\${t} \${u} \${other}'\n/\nselect 2\n/`;
    expect(await scripts({ 'a.sql': text }, { placeholders: { u: 'yes' } })).toMatchObject([
      { sql: "select 'orders yes ${other}' ; select 2 ;" },
    ]);
  });

  it.each([
    [
      'yaml',
      'master.yaml',
      'databaseChangeLog:\n  - property: {name: p, value: v}\n  - include:\n      file: classpath:db/changelog/z.sql\n  - includeAll: {path: more/, relativeToChangelogFile: true}\n',
    ],
    [
      'json',
      'master.json',
      '{"databaseChangeLog":[{"property":{"name":"p","value":"v"}},{"include":{"file":"z.sql","relativeToChangelogFile":true}},{"includeAll":{"path":"changelog/more"}}]}',
    ],
    [
      'xml',
      'master.xml',
      '<?xml version="1.0"?>\n<databaseChangeLog\n xmlns="x">\n<!-- <include file="no.sql"/> -->\n<property name="p" value="v"/><include file="db/z.sql"/><includeAll path="more" relativeToChangelogFile="true"/></databaseChangeLog>',
    ],
  ])('runs files as a master changelog in %s includes them', async (_, name, master) => {
    const files = {
      [name]: master,
      'z.sql': `${HEAD}--changeset b:1 logicalFilePath:old/z.sql\nselect '\${p}';`,
      'more/a.sql': 'select 2;',
      'data.sql': 'select 3;',
    };
    expect(await scripts(files)).toEqual([
      { version: 'old/z.sql::1::b', name: 'z.sql::1::b', sql: "select 'v';" },
      { version: 'more/a.sql::raw::includeAll', name: 'a.sql', sql: 'select 2;' },
    ]);
  });

  it.each([
    ['--changeset b:1 context:test', '2: the changeset runs only with context "test", and Pawl runs all'],
    ['--changeset b:1 contextFilter:"a and b"', '2: the changeset runs only with contextfilter "a and b", and Pawl runs all'],
    ['--changeset b:1 runAlways:true', '2: the changeset runs in every deploy'],
    ['--changeset b:1 failOnError:false', '2: the changeset may fail without consequence'],
    ['--changeset b:1 runWith:psql', '2: the changeset runs with psql'],
    ['--changeset b:1\n--preconditions onFail:MARK_RAN', '3: --preconditions is not known here'],
  ])('refuses %s', async (head, what) => {
    expect(await faultsOf({ 'a.sql': `${HEAD}${head}\nselect 1;` })).toEqual([`FILES_UNSUPPORTED m/a.sql:${what}`]);
  });

  it('refuses changesets in XML by file, and includes that lead nowhere or depend on a context', async () => {
    const files = {
      'master.xml':
        '<databaseChangeLog><preConditions><dbms type="postgresql"/></preConditions><changeSet id="1" author="b"><createTable tableName="t"/></changeSet><include file="gone.sql"/><include file="a.sql" context="test"/></databaseChangeLog>',
      'a.sql': `${HEAD}--changeset b:1\nselect 1;`,
    };
    expect(await faultsOf(files)).toEqual([
      'FILES_UNSUPPORTED m/master.xml: preConditions, changeSet in xml, and Pawl runs SQL',
      'FILES_FORMAT m/master.xml: it includes gone.sql, which is not in the directory',
      'FILES_UNSUPPORTED m/master.xml: an include that depends on a context or on labels, and Pawl runs all',
    ]);
  });

  it('follows changelogs that include each other once', async () => {
    const files = {
      'root.yaml': 'databaseChangeLog:\n  - include: {file: a.yaml}\n',
      'a.yaml': 'databaseChangeLog:\n  - include: {file: b.yaml}\n  - include: {file: a.sql}\n',
      'b.yaml': 'databaseChangeLog:\n  - include: {file: a.yaml}\n',
      'a.sql': `${HEAD}--changeset b:1\nselect 1;`,
    };
    expect(await scripts(files)).toMatchObject([{ version: 'a.sql::1::b' }]);
  });
});
