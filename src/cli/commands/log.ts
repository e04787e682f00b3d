import { engineTarget } from '../../config/engine-target.js';
import { readDeploys, readLog } from '../../engine/ledger/log.js';
import { connect } from '../../engine/postgres/connect.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { openTarget } from '../open-target.js';
import { logView } from '../view/log.js';

export interface LogSettings {
  readonly target?: string | undefined;
  /** How many entries, newest ones. */
  readonly limit: number;
}

/** Shows the audit from the ledger: deploys, decisions, migrations. It outlives Temporal's history. */
export const log: Command<LogSettings> = async ({ output, ...context }, { target: name, limit }) => {
  const opened = await openTarget({ output, ...context }, name);
  const target = engineTarget(opened, context.environment);
  const session = await connect({ url: target.url, application: 'pawl:log', lockTimeout: target.lockTimeout, readOnly: true });
  try {
    const entries = await readLog(session.client, target.ledger, limit);
    const deploys = await readDeploys(session.client, target.ledger, limit);
    output.report(logView(opened.name, deploys, entries, output.look), { target: opened.name, deploys, entries });
    return EXIT.done;
  } finally {
    await session.close();
  }
};
