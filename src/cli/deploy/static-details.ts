import type { DeployInput } from '../../contract/deploy.js';
import { releaseQueue } from '../../contract/names.js';

/** What the Web UI shows of a deploy also while no worker answers, as Markdown: what it is, and what to type then. */
export function staticDetails({ target, release, stages, by }: DeployInput): string {
  const steps = stages.map(({ kind, name }) => (kind === name ? kind : `${kind} \`${name}\``)).join(' → ');
  return `A PostgreSQL deploy of release **${release.label}** to **${target}**, started by ${by}: ${steps}.

*Current Details* tell where it stands and what can be decided. They come from a worker that holds this release (queue \`${releaseQueue(release.digest)}\`). **While they are empty, no such worker runs:** the deploy waits, what it committed stays, and the database says what that is.

\`\`\`
pawl status ${target}    where it stands
pawl worker ${' '.repeat(target.length)}    in a checkout of this release: goes on
pawl deploy ${target}    in a checkout of a newer one: takes over
pawl log ${target}       who did what when
\`\`\``;
}
