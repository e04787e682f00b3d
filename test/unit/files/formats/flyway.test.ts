import { describe, expect, it } from 'vitest';
import { discover, faultsOf, scripts } from '../../../support/migration-directory.js';

const versions = async (files: Record<string, string>): Promise<string[]> =>
  (await scripts(files)).map((row) => (row as { version: string }).version);

describe('Flyway', () => {
  it('reads versioned files by number, in subdirectories too, then repeatable ones by description', async () => {
    const files = {
      'V1.10__j.sql': '',
      'V1_2__b.sql': '',
      'V001__a.sql': 'select 1;',
      'U1__a.sql': 'select -1;',
      'later/V20230112.4200__k.sql': '',
      'V3.sql': '',
      'R__b_view.sql': '',
      'R__a_view.sql': '',
    };
    expect(await versions(files)).toEqual(['1', '1.2', '1.10', '3', '20230112.4200', 'R__a_view', 'R__b_view']);
    const { migrations } = await discover(files);
    expect(migrations[0]!.down).toEqual({ path: 'm/U1__a.sql', sql: 'select -1;' });
    expect(migrations.map(({ repeatable }) => repeatable)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      true,
      true,
    ]);
  });

  it('a baseline stands for files that are gone, and for none that are there', async () => {
    expect(await versions({ 'V1__a.sql': '', 'V2__b.sql': '', 'B2__base.sql': '' })).toEqual(['1', '2']);
    expect(await scripts({ 'V2__b.sql': '', 'B2__base.sql': '' })).toMatchObject([{ name: 'V2__b.sql' }]);
    const cut = { 'B5__old.sql': '', 'B10__base.sql': '', 'V11__k.sql': '', 'V20__t.sql': '', 'B20__base.sql': '' };
    expect(await scripts(cut)).toMatchObject([{ name: 'B10__base.sql', version: '10' }, { version: '11' }, { version: '20' }]);
  });

  it('reads the settings of a script', async () => {
    const files = {
      'V1__a.sql': 'select ${x};',
      'V1__a.sql.conf': '# why\nexecuteInTransaction=false\nplaceholderReplacement=false\n',
    };
    expect(await scripts(files)).toEqual([{ version: '1', name: 'V1__a.sql', sql: 'select ${x};', transaction: 'none' }]);
    expect(await faultsOf({ 'V1__a.sql': '', 'V1__a.sql.conf': 'shouldExecute=${env}==prod' })).toEqual([
      'FILES_UNSUPPORTED m/V1__a.sql.conf: shouldExecute makes the script run only at times',
    ]);
  });

  it('fills placeholders in any case, and leaves none open', async () => {
    const files = { 'V1__a.sql': "select '${Owner} :owner ${flyway:filename}';\n" };
    expect(await scripts(files, { placeholders: { owner: 'me' } })).toMatchObject([{ sql: "select 'me :owner V1__a.sql';" }]);
    expect(await faultsOf({ 'V1__a.sql': "\nselect '${secret}';" })).toEqual([
      'FILES_PLACEHOLDER m/V1__a.sql:2: the placeholder ${secret} has no value',
    ]);
    expect(await scripts({ 'V1__a.sql': "select '${secret}';" }, { placeholders: { secret: undefined } })).toMatchObject([
      { sql: "select '${secret}';" },
    ]);
  });

  it('names what cannot be run', async () => {
    const files = { 'V1__a.sql': '', 'V2_b.sql': '', 'U9__x.sql': '', 'afterMigrate.sql': '', 'V3__c.java': '' };
    expect(await faultsOf(files)).toEqual([
      'FILES_BAD_NAME m/V2_b.sql: not a name that Flyway knows',
      'FILES_UNSUPPORTED m/afterMigrate.sql: a callback of Flyway',
      'FILES_BAD_NAME m/U9__x.sql: an undo script without its versioned script',
      'FILES_UNSUPPORTED m/V3__c.java: a migration in java, and Pawl runs SQL',
    ]);
  });
});
