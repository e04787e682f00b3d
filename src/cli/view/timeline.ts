import type { TimelineEntry } from '../../contract/deploy.js';
import { paint, wrap, type Look } from './look.js';

/** One thing that happened, as a plain line with the time of day in UTC: logs of CI machines are read side by side. */
export function timelineLine({ at, text }: TimelineEntry, look: Look): string {
  const time = new Date(at).toISOString().slice(11, 19);
  return `${paint(look, 'dim', time)} ${wrap(text, look.columns, '         ').trimStart()}`;
}
