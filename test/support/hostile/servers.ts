import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const ERROR = message('E', Buffer.from('SFATAL\0VFATAL\0C28000\0Mbad \u001b[2J\u202e' + 'x'.repeat(100_000) + '\0\0'));
const CLEARTEXT = message('R', Buffer.from([0, 0, 0, 3]));
const FLOOD = message('N', Buffer.from('SNOTICE\0VNOTICE\0C00000\0Mmore\0\0'));

/** What answers on a port where PostgreSQL is expected, by a name: what it does with the first bytes that it gets. */
const SERVERS: Readonly<Record<string, (socket: Socket) => void>> = {
  HTTP: (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
  SSH: (socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
  GARBAGE: (socket) => void socket.end(Buffer.from(Array.from({ length: 4_096 }, (_, n) => (n * 151 + 7) % 256))),
  FLOOD: (socket) => {
    const more = (): void => {
      while (socket.writable && socket.write(Buffer.concat(Array<Buffer>(200).fill(FLOOD))));
    };
    socket.on('drain', more);
    socket.write('N');
    more();
  },
  LENGTH: (socket) => void socket.write(Buffer.from([0x4e, 0x52, 0x7f, 0xff, 0xff, 0xff, 0])),
  ERROR: (socket) => void socket.end(ERROR),
  SHUT: (socket) => socket.destroy(),
  DEAF: () => undefined,
  ASKS: (socket) => {
    socket.write('N');
    socket.once('data', () => socket.write(CLEARTEXT));
  },
  YES: (socket) => {
    socket.write('S');
    socket.once('data', () => socket.end('no TLS at all'.repeat(50)));
  },
  STUFFED: (socket) => void socket.write(Buffer.concat([Buffer.from('S'), CLEARTEXT])),
};

/** Servers that are not PostgreSQL. */
export async function startStrangers(): Promise<{ readonly ports: Readonly<Record<string, string>>; readonly stop: () => void }> {
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const ports: Record<string, string> = {};
  for (const [name, answer] of Object.entries(SERVERS)) {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('data', () => answer(socket));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    ports[name] = String((server.address() as AddressInfo).port);
  }
  const stop = (): void => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  };
  return { ports, stop };
}
