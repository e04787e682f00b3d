import { Connection } from '@temporalio/client';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../contract/names.js';
import { findTemporal, type Progress } from './find-temporal.js';
import { freePort } from './free-port.js';
import { share, type ServerKind } from './share.js';

export { findTemporal, type Progress } from './find-temporal.js';

export interface TemporalOptions {
  /** Holds what the server keeps from one start to the next, and what tells later callers that it runs. */
  readonly directory: string;
  /** False keeps workflows in memory only. Default true. */
  readonly persistent?: boolean | undefined;
  /** Of the gRPC service; taken when it is free, otherwise, and without it, the system picks one. */
  readonly port?: number | undefined;
  /** The Web UI runs when this is given: on this port when it is free; 0 lets the system pick. */
  readonly uiPort?: number | undefined;
  /** Registered as Keyword; by default the ones Pawl needs. */
  readonly searchAttributes?: readonly string[] | undefined;
  /** Server settings by name, as JSON values, such as `{ 'system.enableActivityEagerExecution': true }`. */
  readonly dynamicConfig?: Record<string, unknown> | undefined;
  readonly onProgress?: Progress | undefined;
}

/** Where a Temporal server is. */
export interface ProvidedTemporal {
  /** Host and port of the gRPC service. */
  readonly address: string;
  /** Undefined when we do not know of one. */
  readonly uiUrl: string | undefined;
  /** Ends the server when it is ours and no other living process uses it. */
  readonly stop: () => Promise<void>;
}

export interface EmbeddedTemporal extends ProvidedTemporal {
  readonly pid: number;
}

interface Server {
  readonly pid: number;
  readonly address: string;
  readonly uiUrl?: string;
}

/** The server that TEMPORAL_ADDRESS names, which is neither checked nor ever stopped; without it, {@link startTemporal}. */
export async function provideTemporal(options: TemporalOptions): Promise<ProvidedTemporal> {
  const address = process.env['TEMPORAL_ADDRESS'];
  if (address === undefined || address === '') return startTemporal(options);
  return { address, uiUrl: undefined, stop: () => Promise.resolve() };
}

/**
 * A Temporal development server on 127.0.0.1 with the namespace `default`: the one that runs in `directory` already (then its
 * ports and its UI are as they are), else a new one. Shared as {@link share} says.
 *
 * @throws EngineError `TEMPORAL_UNAVAILABLE`
 */
export async function startTemporal(options: TemporalOptions): Promise<EmbeddedTemporal> {
  await mkdir(options.directory, { recursive: true });
  const directory = await realpath(options.directory);
  const { server, leave } = await share(directory, kind(directory, options));
  return { address: server.address, uiUrl: server.uiUrl, pid: server.pid, stop: leave };
}

function kind(directory: string, options: TemporalOptions): ServerKind<Server> {
  const searchAttributes = options.searchAttributes ?? SEARCH_ATTRIBUTES;
  return {
    name: 'Temporal',
    errorCode: 'TEMPORAL_UNAVAILABLE',
    endSignal: 'SIGTERM',
    async spawn(log) {
      const program = await findTemporal(options.onProgress);
      const port = await freePort(options.port);
      const uiPort = options.uiPort === undefined ? undefined : await freePort(options.uiPort);
      const child = spawn(program, ['server', 'start-dev', ...flags(directory, options, searchAttributes, port, uiPort)], {
        // Away from the terminal's process group: Ctrl-C is for us, and we end the server when we are done with it.
        detached: true,
        cwd: directory,
        stdio: ['ignore', log, log],
      });
      await once(child, 'spawn');
      child.unref();
      const address = `127.0.0.1:${port}`;
      const pid = child.pid ?? 0;
      return uiPort === undefined ? { pid, address } : { pid, address, uiUrl: `http://127.0.0.1:${uiPort}` };
    },
    async probe({ address, uiUrl }) {
      await probe(address, searchAttributes);
      if (uiUrl !== undefined) await fetch(uiUrl, { signal: AbortSignal.timeout(5000) });
    },
  };
}

function flags(
  directory: string,
  options: TemporalOptions,
  searchAttributes: readonly string[],
  port: number,
  uiPort: number | undefined,
): string[] {
  const { persistent = true, dynamicConfig = {} } = options;
  return [
    ['--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'],
    uiPort === undefined ? ['--headless'] : ['--ui-ip', '127.0.0.1', '--ui-port', String(uiPort)],
    persistent ? ['--db-filename', join(directory, 'temporal.db')] : [],
    ...searchAttributes.map((name) => ['--search-attribute', `${name}=Keyword`]),
    ...Object.entries(dynamicConfig).map(([key, value]) => ['--dynamic-config-value', `${key}=${JSON.stringify(value)}`]),
  ].flat();
}

/** Rejects until the namespace can be used and knows the attributes; a server that is joined may have started without some. */
async function probe(address: string, searchAttributes: readonly string[]): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 5000 });
  try {
    await connection.withDeadline(Date.now() + 5000, async () => {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
      const missing = searchAttributes.filter((name) => !(name in customAttributes));
      if (missing.length === 0) return;
      await connection.operatorService.addSearchAttributes({
        namespace: 'default',
        // 2: Keyword in temporal.api.enums.v1.IndexedValueType.
        searchAttributes: Object.fromEntries(missing.map((name) => [name, 2])),
      });
    });
  } finally {
    await connection.close();
  }
}
