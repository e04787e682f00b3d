import { DeployRun } from '../../client/deploy-run.js';
import { connectClient, type TemporalLink } from '../../temporal/connection.js';
import { missingSearchAttributes } from '../../temporal/search-attributes.js';
import { check, type Check } from './check.js';

/** Whether Temporal could run the deploy, and whether a worker with the files that are here is waiting for it. */
export async function checkTemporal(releases: readonly { readonly target: string; readonly digest: string }[]): Promise<Check[]> {
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
    for (const { target, digest } of releases)
      workers.push(await check(`worker ${target}`, () => checkWorker(open, target, digest)));
    return [connection, attributes, ...workers];
  } finally {
    await open.close();
  }
}

async function checkAttributes(link: TemporalLink): Promise<string | Omit<Check, 'subject'>> {
  const missing = await missingSearchAttributes(link);
  if (missing.length === 0) return 'all four are there';
  return {
    state: 'warning',
    found: `missing: ${missing.join(', ')}; the first deploy adds them where it may`,
    cure: `Or now: temporal operator search-attribute create --namespace ${link.namespace} ${missing.map((name) => `--name ${name} --type Keyword`).join(' ')}`,
  };
}

async function checkWorker(link: TemporalLink, target: string, digest: string): Promise<string | Omit<Check, 'subject'>> {
  const pollers = await new DeployRun(link, target).pollers(digest);
  if (pollers.length > 0) return `holds the release that is here (${digest})`;
  return {
    state: 'warning',
    found: `none holds the release that is here (${digest})`,
    cure: `Roll out a worker with these files (pawl worker ${target}), or deploy with one in the same process: pawl deploy ${target} --with-worker`,
  };
}
