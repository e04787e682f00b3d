import type { TimeWindow } from '../../target.js';

/** Whether a time is outside of a window of the day, which may go over midnight. */
export function isOutside({ from, to, zone }: TimeWindow, now: Date): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const [hour = 0, minute = 0] = parts.format(now).split(':').map(Number);
  const at = hour * 60 + minute;
  return from <= to ? at < from || at >= to : at < from && at >= to;
}
