import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { watchRelease } from '../../../src/cli/dev/watch.js';
import { configSchema } from '../../../src/config/schema.js';

it('sees a change in a folder of its own, as Prisma writes migrations, that is there or comes later', async () => {
  const root = await mkdtemp(join(tmpdir(), 'pawl-watch-'));
  const path = join(root, 'pawl.config.yaml');
  await mkdir(join(root, 'm/1_a'), { recursive: true });
  await writeFile(path, '');
  const config = configSchema.parse({ targets: { a: { database: { env: 'DB' }, stages: [{ migrate: 'm' }] } } });
  const changes = watchRelease({ config, path, root }, new AbortController().signal);
  try {
    for (const file of ['m/1_a/migration.sql', 'm/2_b/migration.sql', 'm/2_b/migration.sql']) {
      await mkdir(join(root, file, '..'), { recursive: true });
      await writeFile(join(root, file), 'select 1;');
      await changes.next();
    }
    await writeFile(join(root, 'm/1_a/migration.sql'), 'select 2;');
    expect(await changes.next()).toBeUndefined();
  } finally {
    changes.close();
    await rm(root, { recursive: true });
  }
});
