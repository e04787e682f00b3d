import { DeployRun } from '../../client/deploy-run.js';
import { isEnded } from '../../client/overrule.js';
import { statusOf } from '../../client/status.js';
import { ANSWERS_WITHIN, workerAnswers } from '../../client/worker-answers.js';
import type { DeployName } from '../../contract/names.js';
import type { DatabaseIdentity } from '../../contract/deploy.js';
import { otherDatabase, strangersAmong } from '../../temporal/other-database.js';
import { connectClient } from '../../temporal/connection.js';
import type { TemporalLink } from '../../temporal/link.js';
import { missingSearchAttributes } from '../../temporal/search-attributes.js';
import { momentText, sinceText } from '../view/since.js';
import { check, type Check } from './check.js';

/** Whether Temporal could run the deploy, and whether a worker with the files that are here is waiting for it. */
export async function checkTemporal(
  releases: readonly (DeployName & { readonly digest: string; readonly database: DatabaseIdentity | undefined })[],
): Promise<Check[]> {
  let link: TemporalLink | undefined;
  const connection = await check('temporal', async () => {
    link = await connectClient();
    return `${link.address}, namespace ${link.namespace}`;
  });
  if (!link) return [connection];
  const open = link;
  try {
    const attributes = await check('search attributes', () => checkAttributes(open));
    const targets = releases.flatMap((release) => [
      check(`worker ${release.target}`, () => checkWorker(open, release, release.digest, release.database)),
      check(`deploy ${release.target}`, () => checkDeploy(open, release)),
    ]);
    return [connection, attributes, ...(await Promise.all(targets))];
  } finally {
    await open.close();
  }
}

async function checkAttributes(link: TemporalLink): Promise<string | Omit<Check, 'subject'>> {
  const missing = await missingSearchAttributes(link);
  if (missing.length === 0) return 'all five are there';
  return {
    state: 'warning',
    found: `missing: ${missing.join(', ')}; the first deploy adds them where it may`,
    cure: `Or now: temporal operator search-attribute create --namespace ${link.namespace} ${missing.map((name) => `--name ${name} --type Keyword`).join(' ')}`,
  };
}

async function checkWorker(
  link: TemporalLink,
  name: DeployName,
  digest: string,
  database: DatabaseIdentity | undefined,
): Promise<string | Omit<Check, 'subject'>> {
  const run = new DeployRun(link, name);
  const pollers = await run.pollers(digest);
  const strangers = database ? strangersAmong(pollers, new Map([[name.target, database]])) : [];
  if (strangers[0]) throw otherDatabase(strangers[0]);
  if (pollers.length > 0 && (await workerAnswers(run, digest))) return `answers, and holds the release that is here (${digest})`;
  const cure = `Roll out a worker with these files (pawl worker ${name.target}), or deploy with one in the same process: pawl deploy ${name.target} --with-worker`;
  if (pollers.length === 0) return { state: 'warning', found: `none holds the release that is here (${digest})`, cure };
  const seen = momentText(new Date(Math.max(...pollers.map((poller) => poller.seen))).toISOString());
  return {
    state: 'warning',
    found: `one with the release that is here (${digest}) asked for work last at ${seen}, and none answers within ${ANSWERS_WITHIN} s`,
    cure: `If it was stopped: ${cure[0]!.toLowerCase()}${cure.slice(1)}. If it runs, its log says what it does.`,
  };
}

/** A deploy that is under way comes before the next one, or waits for somebody. */
async function checkDeploy(link: TemporalLink, name: DeployName): Promise<string | Omit<Check, 'subject'>> {
  const found = await statusOf(new DeployRun(link, name));
  if (!found?.run.open || (found.status && isEnded(found.status.state))) return 'none is under way';
  const { run, status, silence } = found;
  const release = `release ${run.memo.label} (${run.memo.digest}) by ${run.memo.by}`;
  const cure = `pawl status ${name.target} says more.`;
  if (silence) return { state: 'warning', found: `under way, ${release}, and does not answer`, cure };
  const { state, since } = status!;
  const text = `under way, ${release}: ${state}${since === undefined ? '' : ` ${sinceText(since)}`}`;
  return state === 'running' || state === 'starting' ? text : { state: 'warning', found: text, cure };
}
