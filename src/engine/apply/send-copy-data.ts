import type pg from 'pg';
import type { Socket } from 'node:net';

/** Characters that are sent before the socket is asked whether it has room for more. */
const CHUNK = 64 * 1024;

/** What `pg` has for COPY FROM STDIN; see pg/lib/connection.js. */
interface CopyConnection {
  readonly stream: Socket;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/**
 * Sends the data that a COPY FROM STDIN has asked for, no faster than the server takes it. Where the COPY fails meanwhile the server passes
 * over the rest; where the connection ends there is nobody to send it to, and the script says so.
 */
export async function sendCopyData(client: pg.Client, data: string): Promise<void> {
  const connection = client.connection as unknown as CopyConnection;
  const { stream } = connection;
  for (let at = 0; at < data.length && !stream.destroyed;) {
    const end = at + CHUNK;
    // Half of a pair is no character.
    const cut = (data.charCodeAt(end - 1) & 0xfc00) === 0xd800 ? end + 1 : end;
    connection.sendCopyFromChunk(Buffer.from(data.slice(at, cut), 'utf8'));
    at = cut;
    if (stream.writableNeedDrain) await drained(stream);
  }
  if (!stream.destroyed) connection.endCopyFrom();
}

function drained(stream: Socket): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      stream.off('drain', settle);
      stream.off('close', settle);
      resolve();
    };
    stream.on('drain', settle);
    stream.on('close', settle);
  });
}
