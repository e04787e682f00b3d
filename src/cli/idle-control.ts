import type { Control } from '../engine/control.js';

/** A control for short work of the engine: it stops when the signal says so, and what it tells of itself meanwhile interests nobody. */
export function idleControl(signal: AbortSignal = new AbortController().signal): Control {
  return { signal, report: () => undefined };
}
