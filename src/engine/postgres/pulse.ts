import type pg from 'pg';
import type { Socket } from 'node:net';
import { drop } from './close.js';
import type { Companion } from './companion.js';
import { isAnswer } from './connect-error.js';

/** Milliseconds between two looks, and for which a connection may be silent before the server is asked through another one. */
const INTERVAL = 5_000;
/** So many questions in a row without any answer, and the network between us and the server counts as cut. */
const MISSES = 2;

/**
 * Watches a connection for a network that was cut without a word. A statement may be silent for hours, so silence alone says nothing:
 * the server is asked on the second connection, and only when nothing at all answers there the silent one is dropped. Without this a worker
 * would wait for TCP to give up (15 minutes on Linux) on a statement that the server has rolled back long ago.
 * @returns ends the watch
 */
export function watchPulse(client: pg.Client, companion: Companion): () => void {
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
    misses = (await answers(companion)) ? 0 : misses + 1;
    asking = false;
    if (misses >= MISSES) drop(client);
  };
  const timer = setInterval(() => void look(), INTERVAL);
  timer.unref();
  return () => clearInterval(timer);
}

/** A refusal (too many connections, starting up) is an answer too: the server lives, and so may our session. */
export async function answers(companion: Companion): Promise<boolean> {
  try {
    await companion.use((client) => client.query('select'));
    return true;
  } catch (error) {
    return isAnswer(error);
  }
}
