import type { Socket } from 'node:net';
import pg from 'pg';
import type { Address, Host } from '../address.js';
import { tlsContext } from './address/tls-context.js';
import { dial, type Encryption } from './dial.js';

/** The server asks for a password, and none is known. */
export class NoPassword extends Error {
  override readonly name = 'NoPassword';
}

/** The server wants a way to log in that the address does not allow. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
}

/** The host did not answer in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Which host a connection leads to. */
const hosts = new WeakMap<pg.Client, Host>();

export const hostOf = (client: pg.Client): Host | undefined => hosts.get(client);

/**
 * Connects to one host and logs in. `pg` gets everything explicitly, so that none of its own defaults, variables and files are in force.
 * A login that fails leaves no connection behind.
 * @throws whatever the socket, TLS or the server said
 */
export async function login(address: Address, host: Host, encryption: Encryption, application: string): Promise<pg.Client> {
  const seconds = address.connectTimeout / 1000;
  const deadline = new AbortController();
  const { signal } = deadline;
  // Taken back once the login is over: a session that is in use is nobody's to end.
  const timer = setTimeout(() => deadline.abort(), address.connectTimeout);
  const late = new NoAnswer(`no answer within ${seconds} s`);
  let socket: Socket | undefined;
  try {
    socket = await dial(host, address, encryption, () => tlsContext(address.tls, host.name), signal);
    const { client, guard } = newClient(address, host, socket, application);
    const open = socket;
    signal.addEventListener('abort', () => open.destroy(late), { once: true });
    await client.connect();
    // The server may have let in and be ready in one breath, before the connection was ended.
    if (guard.refusal) throw guard.refusal;
    hosts.set(client, host);
    return client;
  } catch (error) {
    socket?.destroy();
    throw signal.aborted ? late : error;
  } finally {
    clearTimeout(timer);
  }
}

function newClient(
  address: Address,
  host: Host,
  socket: Socket,
  application: string,
): { readonly client: pg.Client; readonly guard: Guard } {
  const encrypted = 'getPeerCertificate' in socket;
  const client = new pg.Client({
    user: address.user,
    database: address.database,
    host: host.name,
    port: host.port,
    application_name: application.slice(0, 63),
    ...(address.options !== '' && { options: address.options }),
    password: () => passwordOf(address, host),
    ssl: false,
    sslnegotiation: 'postgres',
    enableChannelBinding: encrypted && address.channelBinding !== 'disable',
    stream: () => alreadyConnected(socket),
  });
  // A server that goes away also emits 'error' on the idle client; the query in flight rejects with the same news.
  client.on('error', () => undefined);
  return { client, guard: guardLogin(client, address, encrypted) };
}

async function passwordOf(address: Address, host: Host): Promise<string> {
  const password = await address.password(host);
  if (password) return password;
  throw new NoPassword('the server asks for a password, and the address has none');
}

/** `pg` connects the stream that it is given; this one is connected, encrypted where it should be, and waits for the first message. */
function alreadyConnected(socket: Socket): Socket {
  const connect = (): Socket => {
    process.nextTick(() => socket.emit('connect'));
    return socket;
  };
  return Object.assign(socket, { connect });
}

/** Ways to log in, by the message that asks for them, under the names of `require_auth`. */
const WAYS = {
  authenticationCleartextPassword: 'password',
  authenticationMD5Password: 'md5',
  authenticationSASL: 'scram-sha-256',
} as const;

/** What came of a look at the login. */
interface Guard {
  refusal?: LoginRefused;
}

/** Holds what the server asks for against `require_auth` and `channel_binding`, before anything is sent to it. */
function guardLogin(client: pg.Client, { requireAuth, channelBinding }: Address, encrypted: boolean): Guard {
  const { connection } = client;
  const guard: Guard = {};
  let asked = 'none';
  const refuse = (what: string): void => {
    guard.refusal = new LoginRefused(what);
    connection.stream.destroy(guard.refusal);
  };
  const judge = (way: string, bindable: boolean): void => {
    if (requireAuth !== undefined && !allows(requireAuth, way))
      refuse(`require_auth does not allow the server's way to log in (${way})`);
    else if (channelBinding === 'require' && !(encrypted && bindable))
      refuse('channel_binding=require, and the server offers no login that is bound to the TLS connection');
  };
  for (const [message, way] of Object.entries(WAYS)) {
    connection.on(message, (details: { mechanisms?: readonly string[] }) => {
      asked = way;
      judge(way, details.mechanisms?.includes('SCRAM-SHA-256-PLUS') ?? false);
    });
  }
  connection.on('authenticationOk', () => {
    if (asked === 'none') judge('none', false);
  });
  return guard;
}

function allows(ways: readonly string[], way: string): boolean {
  const negated = ways.filter((one) => one.startsWith('!'));
  return negated.length > 0 ? !negated.includes(`!${way}`) : ways.includes(way);
}
