import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { finishDeployOf } from '../support/attempt.js';
import { createCrashDeploy, EFFECTS, type CrashDeploy } from '../support/crash-deploy.js';
import { expectInvariants } from '../support/invariants.js';
import { waitFor } from '../support/wait.js';

let deploy: CrashDeploy;
let blocker: pg.Client | undefined;
afterEach(async () => {
  await blocker?.end();
  blocker = undefined;
  await deploy?.end();
});

const TABLE = `${EFFECTS[1]} create table items as select n as id, n % 7 as kind from generate_series(1, 1000) n; create type mood as enum ('good');`;
const FIRST = `insert into effects (version) values (2);`;
const INDEX = `create index concurrently items_kind on items (kind);`;
const SECOND = `insert into effects (version) values (3);`;
const LABEL = `alter type mood add value 'bad';`;
const FILE = [FIRST, INDEX, SECOND, LABEL, `insert into effects (version) select 4 where 'bad'::mood is not null;`];

/** What the corrected file has in the place of what had not run. */
const EDITS = {
  one: (done: number) => [...FILE.slice(0, done), `insert into effects (version) values (9);`],
  nothing: (done: number) => FILE.slice(0, done),
} as const;

/** How many statements are committed for sure when the process dies there, and which of those count as effects. */
const DEATHS: [string, number, string[]][] = [
  ['after-transaction#2', 1, ['1', '2']],
  ['after-done#1', 2, ['1', '2']],
  // The label is used later, so that it ends a transaction of two statements.
  ['after-transaction#3', 4, ['1', '2', '3']],
];

describe('a file of several transactions that is edited after its worker was killed', () => {
  it.each(
    DEATHS.flatMap(([at, done, effects]) => (['one', 'nothing'] as const).map((edit) => [at, edit, done, effects] as const)),
  )(
    'W13 kill -9 %s, then the rest of the file is edited (%s): what is committed is not run again',
    async (at, edit, done, effects) => {
      deploy = await createCrashDeploy([
        [EFFECTS[0], TABLE],
        ['2', FILE.join('\n')],
      ]);
      expect(await deploy.start({ at }).ended()).not.toMatchObject({ kind: 'done' });
      const corrected = EDITS[edit](done).join('\n\n');
      await finishDeployOf({
        ...deploy.order,
        migrations: [
          [EFFECTS[0], TABLE],
          ['2', corrected],
        ],
      });
      await expectInvariants(deploy.database, { versions: ['1', '2'], effects: edit === 'one' ? [...effects, '9'] : effects });
    },
  );

  it('W13 kill -9 in mid-build, then the index is edited out: refused until it is restored', async () => {
    deploy = await createCrashDeploy(
      [
        [EFFECTS[0], TABLE],
        ['2', FILE.join('\n')],
      ],
      { lockTimeout: 20_000 },
    );
    await deploy.start({ at: 'after-transaction#2' }).ended();
    blocker = new pg.Client({ connectionString: deploy.database.url });
    await blocker.connect();
    await blocker.query('begin; insert into items values (0, 0)');
    const first = deploy.start();
    await waitFor(async () => (await deploy.database.query(`select from pg_index where not indisvalid`)).length > 0, {
      what: 'the build',
    });
    first.signal('SIGKILL');
    await first.ended();
    await blocker.query('rollback');
    const without = { ...deploy.order, migrations: [[EFFECTS[0], TABLE] as const, ['2', [FIRST, SECOND].join('\n')] as const] };
    await expect(finishDeployOf(without)).rejects.toThrow(/LEDGER_EDITED.*CREATE INDEX CONCURRENTLY items_kind/);
    await deploy.finish();
    await expectInvariants(deploy.database, { versions: ['1', '2'], effects: ['1', '2', '3', '4'] });
  });
});
