const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a duration such as `500ms`, `3s`, `10m`, `1.5h` or `1d`; the schema has checked its form. */
export function milliseconds(duration: string): number {
  const [, amount, unit] = /^([\d.]+)(ms|s|m|h|d)$/.exec(duration) ?? [];
  if (amount === undefined) throw new RangeError(`not a duration: ${duration}`);
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}
