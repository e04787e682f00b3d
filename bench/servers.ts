import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '../src/embedded/postgres.js';
import { startTemporal, type EmbeddedTemporal } from '../src/embedded/temporal.js';

export interface Servers {
  readonly directory: string;
  readonly postgres: EmbeddedPostgres;
  readonly temporal: EmbeddedTemporal;
  readonly stop: () => Promise<void>;
}

/** A PostgreSQL that flushes to the disk as in production, and a stock Temporal dev server. */
export async function startServers(): Promise<Servers> {
  const directory = mkdtempSync(join(tmpdir(), 'pawl-bench-'));
  const postgres = await startPostgres({ directory: join(directory, 'postgres'), durable: true });
  const temporal = await startTemporal({ directory: join(directory, 'temporal'), persistent: false });
  return {
    directory,
    postgres,
    temporal,
    async stop() {
      await temporal.stop();
      await postgres.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
