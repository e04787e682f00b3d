import type pg from 'pg';
import { resolve } from 'node:path';
import { engineTarget } from '../../config/engine-target.js';
import { readDeploys, readLog, type DeployRecord } from '../../engine/ledger/log.js';
import { readable } from '../../engine/ledger/readable.js';
import { read } from '../../engine/postgres/read.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { openTarget } from '../open-target.js';
import { deployReport } from '../view/deploy-report.js';
import { logCsv } from '../view/log-csv.js';
import { logView } from '../view/log.js';
import { writePrivate } from '../../embedded/private-file.js';

export interface LogSettings {
  readonly target?: string | undefined;
  /** How many entries, newest ones. */
  readonly limit: number;
  /** Id or label of the deploy that is meant. */
  readonly deploy?: string | undefined;
  readonly csv?: boolean | undefined;
  /** File that the page about one deploy is written to. */
  readonly html?: string | undefined;
}

/** Shows the audit from the ledger: deploys, decisions, migrations. It outlives Temporal's history. */
export const log: Command<LogSettings> = async (context, { target: name, limit, deploy, csv, html }) => {
  const { output, cwd } = context;
  const opened = await openTarget(context, name);
  const target = engineTarget(opened, context.environment);
  const { one, deploys, entries } = await read(target.url, 'pawl:log', (client) =>
    readable(client, target.ledger, () => readAudit(client)),
  );
  if (html !== undefined && one) {
    await writePrivate(resolve(cwd, html), deployReport(opened.name, one, entries));
    output.say(`The report of the deploy of ${one.label} is in ${html}.`);
  }
  if (csv) output.report(logCsv(deploys, entries), { target: opened.name, deploys, entries });
  else if (html === undefined || output.json)
    output.report(logView(opened.name, deploys, entries, output.look), { target: opened.name, deploys, entries });
  return EXIT.done;

  async function readAudit(client: pg.Client) {
    const single = html === undefined && deploy === undefined ? undefined : await find(client, deploy);
    return {
      one: single,
      deploys: single ? [single] : await readDeploys(client, target.ledger, limit),
      entries: await readLog(client, target.ledger, single ? EVERYTHING : limit, single?.deployId),
    };
  }

  async function find(client: pg.Client, wanted: string | undefined): Promise<DeployRecord> {
    const [found] = await readDeploys(client, target.ledger, 1, wanted);
    if (found) return found;
    throw new CliError(
      EXIT.failed,
      'NO_DEPLOY',
      wanted === undefined
        ? `nothing has been deployed to ${opened.name} yet`
        : `no deploy of ${opened.name} is called ${wanted}`,
      `pawl log ${opened.name} lists the deploys.`,
    );
  }
};

/** Entries of one deploy; it has as many as it has. */
const EVERYTHING = 1_000_000;
