import type pg from 'pg';

/** Milliseconds between two signs of life; the server ends a session of ours that is silent for a minute. */
const INTERVAL = 20_000;

/** Keeps an idle session while something else is waited for, such as the reading of a large file. */
export async function awake<T>(client: pg.Client, work: Promise<T>): Promise<T> {
  // What is wrong with the connection is for its next use to say.
  const timer = setInterval(() => void client.query('select').catch(() => undefined), INTERVAL);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
