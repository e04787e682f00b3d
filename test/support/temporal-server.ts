import type { TestProject } from 'vitest/node';
import { startTemporal } from '../../src/embedded/temporal.js';
import { sharedDirectory } from './directory.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Host and port of the Temporal server that all tests share; give workflows and queues names of your test's own. */
    temporalAddress: string;
    temporalUiUrl: string;
  }
}

/** In memory, with the Web UI. TEMPORAL_ADDRESS is not heeded: tests must not reach a server that people use. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTemporal({
    directory: sharedDirectory('temporal'),
    persistent: false,
    uiPort: 0,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  project.provide('temporalAddress', server.address);
  project.provide('temporalUiUrl', server.uiUrl ?? '');
  return server.stop;
}
