// Deploys a target by Temporal alone: no files, no Pawl. npm install @temporalio/client; TARGET=orders node deploy.mjs
import { Client, Connection } from '@temporalio/client';

const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS });
const client = new Client({ connection });
const target = process.env.TARGET;
const input = { target, by: 'node' };
const result = await client.workflow.execute('pawl.deploy', {
  workflowId: `nightly-${target}`,
  taskQueue: 'pawl',
  args: [input],
});
console.log(result.outcome, result.applied);
await connection.close();
