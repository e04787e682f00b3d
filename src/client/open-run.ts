import type { Client } from '@temporalio/client';
import type { DeployName } from '../contract/names.js';
import { connectClient } from '../temporal/connection.js';
import type { TemporalLink } from '../temporal/link.js';
import { DeployRun } from './deploy-run.js';

/** How Temporal is reached. */
export interface ClientOptions {
  /**
   * A connected client of `@temporalio/client`, which is used and left open. Without it the call connects by itself, with the settings of
   * the `temporal` CLI (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, temporal.toml ...), and closes what it opened.
   */
  readonly client?: Client | undefined;
}

/** Lends the deploys of a target to some work. @throws TemporalError where Temporal cannot be reached */
export async function withRun<T>(name: DeployName, options: ClientOptions, work: (run: DeployRun) => Promise<T>): Promise<T> {
  const link = await openLink(options);
  try {
    return await work(new DeployRun(link, name));
  } finally {
    await link.close();
  }
}

/** @returns the link, whose `close` leaves a client alone that was given */
export async function openLink({ client }: ClientOptions): Promise<TemporalLink> {
  if (client === undefined) return connectClient();
  const { namespace } = client.options;
  return { client, namespace, address: 'the address of the given client', close: () => Promise.resolve() };
}
