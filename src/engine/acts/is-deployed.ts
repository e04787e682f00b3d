import { loadGrammar } from '../files/statements.js';
import type { MigrationStage } from '../files/stage.js';
import { readContents } from '../ledger/contents.js';
import { assertOwn, ledgerIsThere } from '../ledger/header.js';
import { readDeploys } from '../ledger/log.js';
import { readable } from '../ledger/readable.js';
import { planOn } from '../plan/plan.js';
import { read } from '../postgres/read.js';
import type { EngineTarget } from '../target.js';
import { nothingToDo } from './at-once.js';

/**
 * Whether a target has a release with all its stages: nothing is pending, and its newest deploy was one of this release and ended as done.
 * What a stage does outside of the database is in no other ledger. Reads only.
 * @param release digest
 * @throws EngineError `CONNECT_*`, `LEDGER_*`
 */
export async function isDeployed(target: EngineTarget, stages: readonly MigrationStage[], release: string): Promise<boolean> {
  await loadGrammar();
  return read(target.url, 'pawl:plan', (client) =>
    readable(client, target.ledger, async () => {
      const contents = await readContents(client, target.ledger, await ledgerIsThere(client, target.ledger));
      assertOwn(contents.header, target);
      const [newest] = await readDeploys(client, target.ledger, 1);
      if (newest?.outcome !== 'done' || newest.release !== release) return false;
      return nothingToDo(await planOn(client, target, stages, contents));
    }),
  );
}
