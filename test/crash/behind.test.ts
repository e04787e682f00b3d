import { afterEach, describe, it } from 'vitest';
import { createCrashDeploy, effect, EFFECTS, type CrashDeploy } from '../support/crash-deploy.js';
import { randomOf } from '../support/crash-seed.js';
import { expectInvariants } from '../support/invariants.js';
import { startProxy } from '../support/proxy.js';
import { waitFor } from '../support/wait.js';

let deploy: CrashDeploy;
afterEach(() => deploy?.end());

const VERSIONS = Array.from({ length: 12 }, (_, n) => String(n + 1));
const DONE = { versions: VERSIONS, effects: VERSIONS };
/** All in one run, so that each is on its way while the one before it works. */
const RUN = { milliseconds: 60_000 };

const createRun = (more = ''): Promise<CrashDeploy> =>
  createCrashDeploy([EFFECTS, ...VERSIONS.slice(1).map((version) => effect(Number(version), more))]);

describe('a run of migrations that are sent one behind the other', () => {
  it('W5 kill -9 in a run, after a random COMMIT and with the next migration on its way: everything once', async () => {
    deploy = await createRun('select pg_sleep(0.02);');
    const random = randomOf('a run');
    for (let kill = 0; kill < 4; kill += 1)
      await deploy.start({ at: `after-transaction#${1 + Math.floor(random() * 3)}` }, RUN).ended();
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
  });

  it('W6 SIGSTOP in a run, with the next migration on its way, the next attempt finishes, SIGCONT: everything once', async () => {
    deploy = await createRun('select pg_sleep(0.02);');
    const zombie = deploy.start({ at: 'after-transaction#4', with: 'SIGSTOP' }, RUN);
    await waitFor(() => zombie.stopped(), { what: 'the pause' });
    await deploy.finish();
    await expectInvariants(deploy.database, { ...DONE, zombies: true });
    zombie.signal('SIGCONT');
    await zombie.ended();
    await expectInvariants(deploy.database, DONE);
  });

  it.each(['client', 'server'] as const)(
    'N1 cut in a run, with two migrations on their way, at what the %s sends: everything once',
    async (from) => {
      deploy = await createRun();
      const proxy = await startProxy(Number(new URL(deploy.database.url).port));
      let sent = false;
      proxy.rule = (chunk, side) => {
        if (side === 'client' && chunk.includes('effects (version) values (6)')) sent = true;
        return sent && side === from ? 'reset' : 'pass';
      };
      await deploy.start({}, { ...RUN, url: proxy.through(deploy.database.url) }).ended();
      await deploy.finish();
      await proxy.close();
      await expectInvariants(deploy.database, DONE);
    },
  );
});
