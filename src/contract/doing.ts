import type { DeployActivities } from './activities.js';

const DOING: Partial<Record<keyof DeployActivities, string>> = {
  begin: 'reading the ledger',
  apply: 'applying',
  assertConstraints: 'checking constraints',
  assertFiles: 'asserting',
  execute: 'running a command',
  signal: 'telling dependents',
  verify: 'verifying',
  finish: 'finishing',
};

/** What an activity does, where it came not far enough to say it itself. */
export function doingOf(activity: string): string {
  return (DOING as Readonly<Record<string, string | undefined>>)[activity] ?? activity;
}
