import { createServer } from 'node:net';

/**
 * A TCP port on 127.0.0.1 that nobody listens on now: `preferred` when it is free, else one the system picks. Another
 * program may take it before the caller does, so the caller tries again when its server cannot bind.
 */
export async function freePort(preferred = 0): Promise<number> {
  return (await tryPort(preferred)) ?? (await freePort());
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const found = typeof address === 'object' ? address?.port : undefined;
      server.close(() => {
        resolve(found);
      });
    });
  });
}
