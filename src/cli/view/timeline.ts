import type { TimelineEntry } from '../../contract/deploy.js';
import { paint, wrap, type Look } from './look.js';

/** One thing that happened, as a plain line with the time of day in UTC: logs of CI machines are read side by side. */
export function timelineLine({ at, text }: TimelineEntry, look: Look): string {
  const time = new Date(at).toISOString().slice(11, 19);
  return `${paint(look, 'dim', time)} ${wrap(text, look.columns, '         ').trimStart()}`;
}

/** The entries that came after the last one that was shown. */
export function newEntries(timeline: readonly TimelineEntry[], last: TimelineEntry | undefined): readonly TimelineEntry[] {
  if (last === undefined) return timeline;
  const index = timeline.findLastIndex(({ at, text }) => at === last.at && text === last.text);
  return index >= 0 ? timeline.slice(index + 1) : timeline.filter(({ at }) => at > last.at);
}
