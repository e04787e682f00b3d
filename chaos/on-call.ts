import { Client, Connection } from '@temporalio/client';
import type { Alerts } from './alerts.js';
import { startProgram } from './program.js';

/** Everything that a person on call can look at, as it is said at one time. */
export interface Sight {
  /** Of `pawl status`, on a terminal of 80 columns. */
  readonly status: string;
  /** Of `pawl status --json`. */
  readonly document: unknown;
  /** The page in Temporal's Web UI; why it is not there, where nobody draws it. */
  readonly page: string;
  readonly alerts: readonly string[];
}

export interface Person {
  /** Runs `pawl` and gives what it wrote, whatever its exit code. */
  readonly pawl: (...args: string[]) => Promise<{ readonly code: number | null; readonly text: string }>;
  readonly look: () => Promise<Sight>;
  /** What the button *Terminate* of the Web UI asks of Temporal. */
  readonly terminate: (reason: string) => Promise<unknown>;
}

export interface Desk {
  readonly main: string;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly target: string;
  readonly temporalAddress: string;
  readonly alerts: Alerts;
}

export function sitDown({ main, directory, env, target, temporalAddress, alerts }: Desk): Person {
  const workflowId = `deploy/${target}`;
  const pawl = async (...args: string[]) => {
    const program = startProgram(main, args, directory, env);
    const code = await program.ended;
    return { code, text: program.output().trimEnd() };
  };
  return {
    pawl,
    async look() {
      const [status, json, page, list] = await Promise.all([
        pawl('status', target),
        pawl('status', target, '--json'),
        readPage(temporalAddress, workflowId),
        alerts.list(),
      ]);
      return { status: status.text, document: JSON.parse(json.text) as unknown, page, alerts: list };
    },
    terminate: (reason) => withClient(temporalAddress, (client) => client.workflow.getHandle(workflowId).terminate(reason)),
  };
}

/** What the tab *User Metadata* shows: the Web UI asks the workflow for it by this query of the SDK. */
async function readPage(address: string, workflowId: string): Promise<string> {
  try {
    return await withClient(address, async (client) => {
      const ask = () => client.workflow.getHandle(workflowId).query('__temporal_workflow_metadata');
      const { currentDetails = '' } = (await client.withDeadline(Date.now() + 5_000, ask)) as { currentDetails?: string };
      return currentDetails;
    });
  } catch (error) {
    return `(no page: ${(error as Error).message})`;
  }
}

async function withClient<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: 3_000 });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
