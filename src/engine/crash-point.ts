/**
 * A place at which crash tests end this process the hard way: `PAWL_CRASH_AT=after-commit` kills it there the first time,
 * `after-commit#3` the third time. Without the variable it does nothing.
 */
const wanted = process.env['PAWL_CRASH_AT']?.split('#');
let passed = 0;

export function crashPoint(name: string): void {
  if (wanted?.[0] !== name) return;
  passed += 1;
  if (passed === Number(wanted[1] ?? 1)) process.kill(process.pid, 'SIGKILL');
}
