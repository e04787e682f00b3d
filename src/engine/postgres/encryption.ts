import type pg from 'pg';
import { TLSSocket } from 'node:tls';

/** How a connection is encrypted, as negotiated. */
export interface Encryption {
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: string;
  /** Whether the certificate of the server was verified against roots. */
  readonly verified: boolean;
}

/** @returns undefined where it is not encrypted */
export function encryptionOf(client: pg.Client): Encryption | undefined {
  const { stream } = client.connection;
  if (!(stream instanceof TLSSocket)) return undefined;
  return { protocol: stream.getProtocol() ?? 'TLS', cipher: stream.getCipher().name, verified: stream.authorized };
}
