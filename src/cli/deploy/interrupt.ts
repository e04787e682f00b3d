/**
 * Makes the first Ctrl-C (or SIGTERM) a wish to leave; a second one ends the process as ever.
 * @returns the signal, and what takes the listeners away again
 */
export function onInterrupt(): { readonly signal: AbortSignal; readonly dispose: () => void } {
  const controller = new AbortController();
  const leave = (): void => {
    controller.abort();
    // Not at once: who else listens to the signal must see that it is taken care of.
    setImmediate(dispose);
  };
  const dispose = (): void => {
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
  };
  process.on('SIGINT', leave);
  process.on('SIGTERM', leave);
  return { signal: controller.signal, dispose };
}
