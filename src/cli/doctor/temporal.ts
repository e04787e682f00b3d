import { DeployRun } from '../../client/deploy-run.js';
import type { DeployName } from '../../contract/names.js';
import type { DatabaseIdentity } from '../../contract/deploy.js';
import { otherDatabase, strangersAmong } from '../../temporal/other-database.js';
import { connectClient } from '../../temporal/connection.js';
import type { TemporalLink } from '../../temporal/link.js';
import { missingSearchAttributes } from '../../temporal/search-attributes.js';
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
    const workers: Check[] = [];
    for (const release of releases)
      workers.push(await check(`worker ${release.target}`, () => checkWorker(open, release, release.digest, release.database)));
    return [connection, attributes, ...workers];
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
  const pollers = await new DeployRun(link, name).pollers(digest);
  const strangers = database ? strangersAmong(pollers, new Map([[name.target, database]])) : [];
  if (strangers[0]) throw otherDatabase(strangers[0]);
  if (pollers.length > 0) return `holds the release that is here (${digest})`;
  return {
    state: 'warning',
    found: `none holds the release that is here (${digest})`,
    cure: `Roll out a worker with these files (pawl worker ${name.target}), or deploy with one in the same process: pawl deploy ${name.target} --with-worker`,
  };
}
