import { textOf, type Json } from '../../catalog/catalog.js';
import type { Difference } from '../../catalog/compare.js';

/** Lines around a change that are shown with it. */
const CONTEXT = 1;

/** The two sides of a difference as lines; of long definitions only what differs, with `…` for the rest. Absent sides are undefined. */
export function definitions({ a, b }: Difference): { a: string[] | undefined; b: string[] | undefined } {
  const [left, right] = [lines(a), lines(b)];
  if (!left || !right) return { a: left, b: right };
  const shorter = Math.min(left.length, right.length);
  let head = 0;
  while (head < shorter && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail += 1;
  const [skip, drop] = [Math.max(0, head - CONTEXT), Math.max(0, tail - CONTEXT)];
  const shown = (all: string[]): string[] => [
    ...(skip > 0 ? ['…'] : []),
    ...all.slice(skip, all.length - drop),
    ...(drop > 0 ? ['…'] : []),
  ];
  return { a: shown(left), b: shown(right) };
}

function lines(value: Json | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  if (isObject(value))
    return Object.entries(value)
      .filter(([, inner]) => says(inner))
      .flatMap(([name, inner]) => `${words(name)}: ${valueText(inner).trim()}`.split('\n'));
  return valueText(value).trim().split('\n');
}

/** Whether an attribute of a whole object is worth a line: what is off, empty or left at nothing is not. */
const says = (value: Json): boolean => value !== null && value !== false && !(Array.isArray(value) && value.length === 0);

function valueText(value: Json): string {
  if (value === null) return '(none)';
  return Array.isArray(value) ? value.map(textOf).join(', ') || '(none)' : textOf(value);
}

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `nullsNotDistinct` as `nulls not distinct`. */
export const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
