const tasks = new Set<() => void>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `task`, which must not wait for anything, when this process ends by itself, by `process.exit` or by a signal that
 * nobody else handles. A process with handlers of its own for a signal decides itself how it ends.
 *
 * @returns forgets the task
 */
export function onExit(task: () => void): () => void {
  if (tasks.size === 0) {
    process.on('exit', runAll);
    for (const signal of SIGNALS) process.on(signal, endBy);
  }
  tasks.add(task);
  return () => {
    tasks.delete(task);
    if (tasks.size === 0) stopListening();
  };
}

function runAll(): void {
  for (const task of tasks) task();
  tasks.clear();
}

function endBy(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  runAll();
  stopListening();
  process.kill(process.pid, signal);
}

function stopListening(): void {
  process.off('exit', runAll);
  for (const signal of SIGNALS) process.off(signal, endBy);
}
