import type { EngineError } from '../error.js';
import { fileFault } from './file-fault.js';
import type { Listing } from './format.js';

/** Base names that other runners take for migrations: numbered, Alembic's `<hash>_<slug>.py`, MikroORM's `Migration2024….ts`. */
const FOREIGN =
  /(^|\/)(?:[VvRr]?\d.*\.(?:go|[cm]?[jt]s|rb|py|exs|cs|xml|ya?ml|json|php|java|kt|sh)|[0-9a-f]{8,}_.*\.py|Migration\d+.*\.[jt]s)$/;

/** A fault for each migration that is not SQL. Sources of tests are none (`_test.go`, `.d.ts`, `.spec.ts`). */
export function foreignMigrations(listing: Listing): EngineError[] {
  return listing.files
    .filter((file) => FOREIGN.test(file) && !/(_test\.go|\.d\.[cm]?ts|\.(spec|test)\.[cm]?[jt]s)$/.test(file))
    .map((file) =>
      fileFault(
        'FILES_UNSUPPORTED',
        `${listing.directory}/${file}`,
        `a migration in ${file.slice(file.lastIndexOf('.') + 1)}, and Pawl runs SQL`,
        'Write what it does as SQL under the same version; or run its tool in an `exec` stage and move the file to a directory of its own.',
      ),
    );
}
