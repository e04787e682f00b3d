import type { TemporalLink } from './link.js';

/** Where the development server has its Web UI: the port of the service plus 1000. */
const UI_OFFSET = 1000;

/**
 * The link to a deploy in Temporal's Web UI: TEMPORAL_UI_URL, Temporal Cloud's, or the development server's on this machine.
 * @param runId opens the page that the deploy draws of itself ("User Metadata"); without it the link leads to the list of events
 * @returns undefined where it cannot be known
 */
export function webUiLink(
  { environment }: { readonly environment: Readonly<Record<string, string | undefined>> },
  { address, namespace }: Pick<TemporalLink, 'address' | 'namespace'>,
  workflowId: string,
  runId?: string,
): string | undefined {
  const base = environment.TEMPORAL_UI_URL || derived(address);
  const page = runId === undefined ? '' : `/${runId}/user-metadata`;
  return (
    base &&
    `${base.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}${page}`
  );
}

function derived(address: string): string | undefined {
  const [, host = '', port = '7233'] = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
  if (/\.(tmprl\.cloud|api\.temporal\.io)$/.test(host)) return 'https://cloud.temporal.io';
  return ['localhost', '127.0.0.1', '[::1]'].includes(host) ? `http://localhost:${Number(port) + UI_OFFSET}` : undefined;
}
