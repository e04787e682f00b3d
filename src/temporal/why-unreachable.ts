import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from '@temporalio/client';

/** Milliseconds for one look. */
const PATIENCE = 3_000;
/** Milliseconds: a server that refuses a client's certificate says so a moment after the handshake (TLS 1.3). */
const AFTERTHOUGHT = 500;

/**
 * The SDK says only that it could not connect in time; a look at the address with the same TLS settings finds the cause: a name that is
 * unknown, a port that is closed, a certificate that is not trusted or is missing.
 * @param address `host:port`
 * @returns the cause in a few words; undefined where a connection can be made, so that it is none of these
 */
export async function whyUnreachable(address: string, { tls }: Pick<ConnectionOptions, 'tls'>): Promise<string | undefined> {
  const asUrl = `tcp://${address}`;
  if (!URL.canParse(asUrl)) return 'the address is not of the form host:port';
  const { hostname: host, port } = new URL(asUrl);
  const at = { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port || 7233) };
  if (!tls) {
    const failure = await failureOf(connectPlain(at), 'connect');
    return failure ?? 'the port is open, but nothing there speaks gRPC without TLS';
  }
  const { serverNameOverride, serverRootCACertificate, clientCertPair } = tls === true ? {} : tls;
  const options = {
    ...at,
    ALPNProtocols: ['h2'],
    servername: serverNameOverride ?? at.host,
    ...(serverRootCACertificate && { ca: Buffer.from(serverRootCACertificate) }),
    ...(clientCertPair && { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
  };
  try {
    return await failureOf(connectTls(options), 'secureConnect');
  } catch (error) {
    return (error as Error).message;
  }
}

async function failureOf(socket: Socket, connected: 'connect' | 'secureConnect'): Promise<string | undefined> {
  try {
    return await new Promise((resolve) => {
      socket.once('error', ({ message, code }: NodeJS.ErrnoException) =>
        resolve(code === undefined || message.includes(code) ? message : `${message} (${code})`),
      );
      socket.setTimeout(PATIENCE, () => resolve(`no answer within ${PATIENCE / 1_000} s`));
      socket.once(connected, () => setTimeout(() => resolve(undefined), AFTERTHOUGHT));
    });
  } finally {
    socket.destroy();
  }
}
