import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('histories/', import.meta.url));
const histories = readdirSync(FOLDER);
let workflowBundle: WorkflowBundle;

beforeAll(async () => {
  const workflowsPath = fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url));
  const logger = new DefaultLogger('WARN');
  Runtime.install({ logger });
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
});

/** A deploy that was begun by an older Pawl goes on with this one: the workflow must still decide as it did. */
describe('the workflow of these sources replays', () => {
  it.each(histories)('%s', async (file) => {
    const history: unknown = JSON.parse(readFileSync(`${FOLDER}${file}`, 'utf8'));
    await Worker.runReplayHistory({ workflowBundle }, history, 'deploy/orders');
  });
});
