import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';

/** A client on the shared Temporal server, for the time of some work. */
export async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

/** Everything that a workflow's history says, as text: its payloads decoded, its failures, its summaries. */
export async function historyText(workflowId: string): Promise<string> {
  return withClient(async (client) => {
    const texts: string[] = [];
    const query = `WorkflowId = '${workflowId}'`;
    const { executions } = await client.workflowService.listWorkflowExecutions({ namespace: 'default', query });
    for (const { execution } of executions) {
      const history = await client.workflow.getHandle(workflowId, execution!.runId!).fetchHistory();
      texts.push(JSON.stringify(history, decode));
    }
    return texts.join('\n');
  });
}

/** What Temporal says of a workflow or of its activities, as text. */
export function describeText(said: unknown): string {
  return JSON.stringify(said, (key, value: unknown) => (typeof value === 'bigint' ? String(value) : decode(key, value)));
}

/** Payload data are bytes; as text they can be searched. */
function decode(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { type, data } = value as { type?: string; data?: number[] };
  return type === 'Buffer' && Array.isArray(data)
    ? Buffer.from(data).toString('utf8')
    : value instanceof Uint8Array
      ? Buffer.from(value).toString('utf8')
      : value;
}
