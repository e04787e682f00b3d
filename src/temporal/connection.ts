import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { TemporalLink } from './link.js';
import { payloadSettings } from './payload-settings.js';
import { retryUntil } from './retry.js';
import { TemporalError } from './temporal-error.js';
import { whyUnreachable } from './why-unreachable.js';

/** Milliseconds until an address that does not answer is given up. */
const CONNECT_TIMEOUT = 5_000;

/**
 * Connects with the settings of the `temporal` CLI: the variables TEMPORAL_* and `temporal.toml`.
 * @throws TemporalError
 */
export async function connectClient(): Promise<TemporalLink> {
  const { address, namespace, connectionOptions } = connectionSettings();
  const { dataConverter } = payloadSettings(process.env);
  const closed = new AbortController();
  const connection = await Connection.connect({
    ...connectionOptions,
    address,
    connectTimeout: CONNECT_TIMEOUT,
    interceptors: [retryUntil(closed.signal)],
  }).catch(async (error: unknown) => {
    throw unreachable(address, error, await whyUnreachable(address, connectionOptions));
  });
  const close = (): Promise<void> => {
    closed.abort();
    return connection.close();
  };
  try {
    await requireNamespace(connection, namespace, address);
  } catch (error) {
    await close();
    throw error;
  }
  return { client: new Client({ connection, namespace, dataConverter }), address, namespace, close };
}

/**
 * The settings that clients and workers connect with.
 * @throws TemporalError `TEMPORAL_CONFIG`
 */
export function connectionSettings() {
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig();
    return { connectionOptions, address: connectionOptions.address ?? 'localhost:7233', namespace: namespace ?? 'default' };
  } catch (error) {
    throw new TemporalError(
      'TEMPORAL_CONFIG',
      `the settings for Temporal cannot be read: ${(error as Error).message}`,
      'Correct TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE or temporal.toml; `temporal config list` shows what is there.',
      error,
    );
  }
}

async function requireNamespace(connection: Connection, namespace: string, address: string): Promise<void> {
  try {
    await connection.withDeadline(Date.now() + CONNECT_TIMEOUT, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    const { code, details = '' } = error as { code?: number; details?: string };
    if (code === NOT_FOUND) {
      throw new TemporalError(
        'TEMPORAL_NAMESPACE',
        `Temporal at ${address} has no namespace "${namespace}"`,
        `Set TEMPORAL_NAMESPACE, or create it: temporal operator namespace create --namespace ${namespace}`,
        error,
      );
    }
    if (code !== undefined && DENIED.includes(code)) {
      throw new TemporalError(
        'TEMPORAL_DENIED',
        `Temporal at ${address} refuses access to namespace "${namespace}": ${details}`,
        'Check TEMPORAL_API_KEY or the client certificate.',
        error,
      );
    }
    throw unreachable(address, error);
  }
}

/** gRPC status codes (grpc.io, status codes). */
const NOT_FOUND = 5;
const DENIED = [7, 16];

function unreachable(address: string, error: unknown, cause?: string): TemporalError {
  return new TemporalError(
    'TEMPORAL_UNREACHABLE',
    `Temporal does not answer at ${address}${cause === undefined ? '' : `: ${cause}`}`,
    'Start it (locally: temporal server start-dev), or set TEMPORAL_ADDRESS; with TLS also TEMPORAL_TLS or TEMPORAL_API_KEY. Without Temporal: pawl deploy --direct.',
    error,
  );
}
