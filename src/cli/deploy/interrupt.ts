/**
 * Makes the first Ctrl-C (or SIGTERM) a wish to leave; a second one ends the process as ever.
 * @returns the signal, and what takes the listeners away again
 */
export function onInterrupt(): { readonly signal: AbortSignal; readonly dispose: () => void } {
  const controller = new AbortController();
  const leave = (): void => {
    dispose();
    controller.abort();
  };
  const dispose = (): void => {
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
  };
  process.on('SIGINT', leave);
  process.on('SIGTERM', leave);
  return { signal: controller.signal, dispose };
}
