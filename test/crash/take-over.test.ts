import { afterEach, describe, expect, it } from 'vitest';
import { createCrashDeploy, effect, EFFECTS, type CrashDeploy } from '../support/crash-deploy.js';
import { expectInvariants } from '../support/invariants.js';

let deploy: CrashDeploy;
afterEach(() => deploy?.end());

const OLD = [EFFECTS, effect(2), effect(3)];
const SQUASHED = ['2', '3'].map((version) => [version, `-- pawl:squashes 1 2 3\nselect 1 / 0;`] as const);
/** What another tool ran, and its tracker. */
const TRACKED = `${EFFECTS[1]} ${effect(2)[1]} create table schema_migrations (version varchar primary key); insert into schema_migrations values ('1'), ('2');`;

const SEEN = `select (select array_agg(name order by version) from pawl.applied_migrations) as names,
  (select array_agg(source order by version) from pawl.applied_migrations) as sources,
  (select array_agg(version order by version) from schema_migrations) as mirrored,
  (select count(*)::int from pawl.events where kind = 'squashed') as taken_over`;

/** Two versions adopted from dbmate, one applied, all mirrored; then the squashed files come, and one more. */
async function begin(): Promise<void> {
  deploy = await createCrashDeploy([...SQUASHED, effect(4)], { adopt: { from: 'dbmate', mirror: true } });
  await deploy.database.query(TRACKED);
  expect(await deploy.start({}, { migrations: OLD }).ended()).toMatchObject({ kind: 'done' });
}

async function expectTakenOver(): Promise<void> {
  await expectInvariants(deploy.database, { versions: ['1', '2', '3', '4'], effects: ['1', '2', '3', '4'] });
  expect(await deploy.database.query(SEEN)).toEqual([
    {
      names: ['1.sql', '2_squashed.sql', '3_squashed.sql', '4.sql'],
      sources: ['adopted', 'adopted', 'applied', 'applied'],
      mirrored: ['2', '3', '4'],
      taken_over: 2,
    },
  ]);
}

describe('squashed files that take over what adopted and mirrored files did', () => {
  it.each(['taking-over#1', 'taking-over#2', 'taken-over#1'])(
    'kill -9 %s: all of it or none, once, and nothing runs',
    async (at) => {
      await begin();
      expect(await deploy.start({ at }).ended()).toBeUndefined();
      const names = await deploy.database.query(`select from pawl.applied_migrations where name ~ 'squashed'`);
      expect(names).toHaveLength(at === 'taken-over#1' ? 2 : 0);
      await deploy.finish();
      await expectTakenOver();
    },
  );
});
