/**
 * A place at which crash tests end this process the hard way: `PAWL_CRASH_AT=after-transaction` kills it there the first time,
 * `after-transaction#3` the third time. `PAWL_CRASH_WITH=SIGSTOP` pauses it there instead. Without the variables it does nothing.
 */
const wanted = process.env['PAWL_CRASH_AT']?.split('#');
const signal = process.env['PAWL_CRASH_WITH'] ?? 'SIGKILL';
let passed = 0;

export function crashPoint(name: string): void {
  if (wanted?.[0] !== name) return;
  passed += 1;
  if (passed === Number(wanted[1] ?? 1)) process.kill(process.pid, signal);
}
