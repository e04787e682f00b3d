import { durationText } from './duration.js';

/** @returns `15:45:02 UTC`, with the date where it was another day */
export function momentText(at: string, now = Date.now()): string {
  const then = new Date(at).toISOString();
  const date = then.slice(0, 10) === new Date(now).toISOString().slice(0, 10) ? '' : `${then.slice(0, 10)} `;
  return `${date}${then.slice(11, 19)} UTC`;
}

/** @returns `since 15:45:02 UTC (14m 03s)`; the age is left out below a second */
export function sinceText(at: string, now = Date.now()): string {
  const age = now - Date.parse(at);
  return `since ${momentText(at, now)}${age < 1_000 ? '' : ` (${durationText(age)})`}`;
}
