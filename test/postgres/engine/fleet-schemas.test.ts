import { afterAll, beforeAll, expect, it } from 'vitest';
import { holdFleet } from '../../../src/config/hold-fleet.js';
import { loadConfig } from '../../../src/config/load.js';
import { findTarget, resolveFleet } from '../../../src/config/resolve-fleet.js';
import { lookAtMembers } from '../../../src/fleet/look.js';
import { rollOutDirectly } from '../../../src/fleet/direct.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { recorder } from '../../support/engine.js';
import { writeProject } from '../../support/project.js';

const SCHEMAS = ['tenant_a', 'tenant_b', 'tenant-c'];
const CONFIG = `fleets:
  tenants:
    members: { schemas: { database: { env: SHARED_URL }, like: 'tenant%' } }
    stages: [{ migrate: migrations }]
`;

let database: TestDatabase;
let project: Awaited<ReturnType<typeof writeProject>>;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const schema of SCHEMAS) await database.query(`create schema "${schema}"`);
  project = await writeProject({
    'pawl.config.yaml': CONFIG,
    'migrations/1_items.sql': `create table items (id int); insert into items values (1);
      create table parts (id serial primary key, item int check (item > 0));
      create view tenant as select id as tenant_a from parts;
      create function newest() returns int language sql as 'select max(id) from parts';`,
  });
});
afterAll(async () => {
  await database.drop();
  await project.remove();
});

it('schemas of one database are members, each with a ledger and a search path of its own', async () => {
  const env = { SHARED_URL: database.url };
  const loaded = await loadConfig({ cwd: project.directory });
  const rollOut = async () => {
    const fleet = await holdFleet(resolveFleet('tenants', loaded.config, env), loaded, env);
    const rollout = { id: 'r', label: 'test', by: 'tester', environment: {} };
    return rollOutDirectly({ fleet, rollout, control: recorder(), onSight: () => undefined });
  };
  expect((await rollOut()).waves).toMatchObject([{ counts: { done: 3 } }]);
  // Their ledgers have names that match the pattern too.
  expect((await rollOut()).waves).toMatchObject([{ total: 3, counts: { already: 3 } }]);
  for (const schema of SCHEMAS) {
    expect(await database.query(`select * from "${schema}".items`)).toEqual([{ id: 1 }]);
    expect(await database.query(`select version from "${schema}_pawl".applied_migrations`)).toEqual([{ version: '1' }]);
  }
  expect(await findTarget('tenants/tenant_a', loaded, env)).toMatchObject({ name: 'tenants/tenant_a' });
  await expect(findTarget('tenants/tenant_x', loaded, env)).rejects.toThrow('the fleet tenants has no member "tenant_x"');
});

it('a schema that differs from those of the other members is told apart, whatever the names of the schemas are', async () => {
  const env = { SHARED_URL: database.url };
  const loaded = await loadConfig({ cwd: project.directory });
  const fleet = await holdFleet(resolveFleet('tenants', loaded.config, env), loaded, env);
  const groups = async (): Promise<string[][]> => {
    const sights = await lookAtMembers(fleet, {}, { drift: true });
    const schemas = [...new Set(sights.map(({ schema }) => schema))];
    return schemas.map((same) => sights.flatMap(({ member, schema }) => (schema === same ? [member] : [])));
  };
  expect(await groups()).toEqual([['tenant-c', 'tenant_a', 'tenant_b']]);
  await database.query('create index on tenant_a.parts (item)');
  expect(await groups()).toEqual([['tenant-c', 'tenant_b'], ['tenant_a']]);
});
