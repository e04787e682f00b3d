/** Waits; an abort ends the wait early and is no error. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done);
  });
}

/** Waits for an answer until the signal is aborted, and for no answer then. A race against one long promise would keep each round of it. */
export function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve(undefined);
    const leave = (): void => resolve(undefined);
    signal.addEventListener('abort', leave);
    void answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
