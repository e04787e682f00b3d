import type { Client } from '@temporalio/client';

/** A client, and what has to be said about it in messages. Apart from how one is opened, whose types are those of the worker's package. */
export interface TemporalLink {
  readonly client: Client;
  readonly address: string;
  readonly namespace: string;
  close(): Promise<void>;
}
