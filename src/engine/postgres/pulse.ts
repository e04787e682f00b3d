import type pg from 'pg';
import type { Socket } from 'node:net';
import { closeClient, drop } from './close.js';
import { connectError } from './connect-error.js';

/** Milliseconds between two looks, and for which a connection may be silent before the server is asked through another one. */
const INTERVAL = 5_000;
/** So many questions in a row without any answer, and the network between us and the server counts as cut. */
const MISSES = 2;

/**
 * Watches a connection for a network that was cut without a word. A statement may be silent for hours, so silence alone says nothing:
 * a second connection is tried, and only when nothing at all answers it the silent one is dropped. Without this a worker would wait
 * for TCP to give up (15 minutes on Linux) on a statement that the server has rolled back long ago.
 * @param another opens a connection, and rejects within some seconds when it cannot
 * @returns ends the watch
 */
export function watchPulse(client: pg.Client, another: () => Promise<pg.Client>): () => void {
  const socket = client.connection.stream as Socket;
  let heard = socket.bytesRead;
  let misses = 0;
  let asking = false;
  const look = async (): Promise<void> => {
    if (asking) return;
    if (socket.bytesRead !== heard) {
      heard = socket.bytesRead;
      misses = 0;
      return;
    }
    asking = true;
    misses = (await answers(another)) ? 0 : misses + 1;
    asking = false;
    if (misses >= MISSES) drop(client);
  };
  const timer = setInterval(() => void look(), INTERVAL);
  timer.unref();
  return () => clearInterval(timer);
}

/** A refusal (too many connections, starting up) is an answer too. */
async function answers(another: () => Promise<pg.Client>): Promise<boolean> {
  try {
    const client = await another();
    await closeClient(client);
    return true;
  } catch (error) {
    return connectError(error).sqlstate !== undefined;
  }
}
