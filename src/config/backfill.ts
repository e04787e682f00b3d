import * as z from 'zod';
import type { BackfillSettings } from '../engine/target.js';
import { milliseconds } from '../text/duration.js';
import { duration } from './duration.js';
import { closed } from './unknown-key.js';

const SIZE = /^(\d{1,6})(MB|GB)$/;
const size = z.string().regex(SIZE, 'expected a size such as 500MB or 2GB');
const count = z.int().min(1);

const WINDOW = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d) ([A-Za-z0-9_+/-]+)$/;
const SOME_TIME = /^(?!(\d\d:\d\d)-\1 )/;

/** Batches of backfills. */
export const backfill = closed({
  batch: duration.default('250ms'),
  rows: count.default(50_000),
  pace: z.number().min(0).max(100).default(0.25),
  vacuumEvery: z.union([count, z.literal('never')], { error: 'expected a number of rows, or never' }).default(500_000),
  between: z
    .string()
    .regex(WINDOW, 'expected times and a zone such as 22:00-06:00 Europe/Berlin')
    .refine(isKnownZone, 'names no time zone that is known here')
    .regex(SOME_TIME, 'begins when it ends, which is never; leave it out for all day')
    .optional(),
  stopWhile: closed({
    replicaLag: duration.optional(),
    replicas: z.array(z.string().min(1)).min(1).optional(),
    slotBehind: size.optional(),
    walArchive: count.optional(),
    activeSessions: count.optional(),
    longestTransaction: duration.optional(),
    lockWaiters: count.optional(),
    autovacuum: z.boolean().optional(),
    query: z.string().min(1).optional(),
  }).optional(),
});

/** The settings as the engine takes them: milliseconds, bytes, minutes of the day. */
export function backfillSettings(settings: z.output<typeof backfill>): BackfillSettings {
  const { batch, rows, pace, vacuumEvery, between, stopWhile = {} } = settings;
  const { replicaLag, longestTransaction, slotBehind, ...rest } = stopWhile;
  return {
    batch: milliseconds(batch),
    rows: [Math.min(100, rows), rows],
    pace,
    vacuumEvery: vacuumEvery === 'never' ? 0 : vacuumEvery,
    stopWhile: {
      ...rest,
      replicaLag: replicaLag === undefined ? undefined : milliseconds(replicaLag),
      longestTransaction: longestTransaction === undefined ? undefined : milliseconds(longestTransaction),
      slotBehind: slotBehind === undefined ? undefined : bytes(slotBehind),
      outside: between === undefined ? undefined : windowOf(between),
    },
  };
}

function bytes(text: string): number {
  const [, amount, unit] = SIZE.exec(text)!;
  return Number(amount) * (unit === 'GB' ? 1024 ** 3 : 1024 ** 2);
}

function windowOf(text: string): { from: number; to: number; zone: string; text: string } {
  const [, hour, minute, endHour, endMinute, zone = ''] = WINDOW.exec(text)!;
  return { from: Number(hour) * 60 + Number(minute), to: Number(endHour) * 60 + Number(endMinute), zone, text };
}

function isKnownZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: WINDOW.exec(text)?.[5] }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
