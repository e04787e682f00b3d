import { connect as connectSocket, type Socket } from 'node:net';
import { once } from 'node:events';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { Address, Host } from '../address.js';

/** Whether to speak TLS on a connection: `offer` takes what the server says. */
export type Encryption = 'none' | 'offer' | 'must';

/** The server answers that it has no TLS. */
export class TlsUnavailable extends Error {
  override readonly name = 'TlsUnavailable';
}

/** SSLRequest of the protocol (PostgreSQL documentation, section 54.2.10). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * Connects to one host and puts TLS on, so that what comes out is ready for the first message of the protocol. `pg` can do so too, but not
 * what libpq means: it ends the connection where `prefer` would go on without TLS, and knows one host.
 * @throws the error of the socket; {@link TlsUnavailable}; `AbortError` when the signal comes first
 */
export async function dial(
  host: Host,
  address: Pick<Address, 'keepAlive' | 'tls'>,
  encryption: Encryption,
  options: () => ConnectionOptions,
  signal: AbortSignal,
): Promise<Socket | TLSSocket> {
  const socket = await connected(host, address.keepAlive, signal);
  if (encryption === 'none') return socket;
  try {
    if (!address.tls.direct) {
      const answer = await askForTls(socket, signal);
      if (answer === 'N' && encryption === 'offer') return socket;
      // Servers of old answer with an error.
      if (answer === 'N' || answer.startsWith('E')) throw new TlsUnavailable('the server does not support TLS');
      if (answer !== 'S') throw new Error('what answers there is not PostgreSQL, or something stands in between');
    }
    return await secured(socket, options(), signal);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** One byte is the whole answer: more would be text that somebody put between, before the encryption. */
async function askForTls(socket: Socket, signal: AbortSignal): Promise<string> {
  const ended = once(socket, 'close', { signal }).then(() => {
    throw new Error('Connection terminated unexpectedly');
  });
  socket.write(SSL_REQUEST);
  const [answer] = (await Promise.race([once(socket, 'data', { signal }), ended])) as [Buffer];
  // What comes of the connection later is for others to hear.
  ended.catch(() => undefined);
  return answer.toString('latin1');
}

async function connected(host: Host, keepAlive: number | undefined, signal: AbortSignal): Promise<Socket> {
  const socket = host.name.startsWith('/')
    ? connectSocket({ path: `${host.name}/.s.PGSQL.${host.port}` })
    : connectSocket({
        host: host.address ?? host.name,
        port: host.port,
        noDelay: true,
        // Node gives each of several addresses a quarter of a second, which is too short for another continent.
        autoSelectFamilyAttemptTimeout: 2_000,
        ...(keepAlive !== undefined && { keepAlive: true, keepAliveInitialDelay: keepAlive }),
      });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function secured(socket: Socket, options: ConnectionOptions, signal: AbortSignal): Promise<TLSSocket> {
  const secure = connectTls({ ...options, socket });
  try {
    await once(secure, 'secureConnect', { signal });
    return secure;
  } catch (error) {
    secure.destroy();
    throw error;
  }
}
