import { ClientError } from '../client/client-error.js';
import type { FrontInput, FrontRelease } from '../contract/front.js';
import { frontQueue } from '../contract/names.js';
import { queuePollers } from '../temporal/pollers.js';
import type { TemporalLink } from '../temporal/link.js';
import { releasesOf, type OfferedRelease } from './poller-name.js';

/** What the worker that is asked knows. */
export interface Offers {
  readonly link: TemporalLink;
  /** The releases that it holds itself. */
  readonly own: readonly OfferedRelease[];
  readonly environment: string | undefined;
}

/**
 * The release that is meant, among those that workers hold: the one with this digest or label, or else the one whose worker started last.
 * @throws ClientError `NO_RELEASE`
 */
export async function findRelease(
  { link, own, environment }: Offers,
  { target, release: wanted }: Pick<FrontInput, 'target' | 'release'>,
): Promise<FrontRelease> {
  const offered = [...own, ...(await queuePollers(link, frontQueue(environment))).flatMap(releasesOf)];
  const releases = offered.filter((release) => release.target === target).sort((a, b) => b.since - a.since);
  const found = wanted === undefined ? releases[0] : releases.find(({ digest, label }) => digest === wanted || label === wanted);
  if (found) return { digest: found.digest, label: found.label, environment };
  const there = [...new Set(releases.map(({ digest, label }) => `${label} (${digest})`))];
  throw new ClientError(
    'NO_RELEASE',
    there.length === 0
      ? `no worker serves ${target}; nothing was started`
      : `no worker holds release ${wanted ?? ''} of ${target}, but ${there.join(', ')}; nothing was started`,
    'Roll out a worker with the files of this release (pawl worker), then start it again.',
  );
}
