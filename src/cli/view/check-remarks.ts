import { counted } from '../../text/counted.js';
import type { CheckedMigration, CheckReport, Severity } from '../../check/report.js';

/** Something a check says about the whole. */
export interface Remark {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly next: string;
  readonly excerpt?: string | undefined;
}

/** What a check says that belongs to no migration: stages left out or failed, the repeat, the start state. */
export function remarksOf({ work, repeat, remarks }: Pick<CheckReport, 'work' | 'repeat' | 'remarks'>): Remark[] {
  return [
    ...remarks,
    ...work.flatMap(({ kind, name, outcome, reason, failure }): Remark[] => {
      if (failure) return [{ severity: 'error', ...failure }];
      if (outcome !== 'left out' || (kind !== 'exec' && kind !== 'assert')) return [];
      return [{ severity: 'notice', code: 'LEFT_OUT', message: `The stage ${name} was left out: ${reason ?? ''}.`, next: '' }];
    }),
    ...(repeat?.failure ? [{ severity: 'error' as const, ...repeat.failure }] : []),
    ...(repeat?.outcome === 'changed'
      ? [
          {
            severity: 'error' as const,
            code: 'NOT_REPEATABLE',
            message: `Deployed twice, the second deploy is not without effect: ${repeat.changes.join('; ')}.`,
            next: 'A repeat must find nothing to do. Look at what the exec stages do when they run again.',
          },
        ]
      : []),
  ];
}

/** Whether all there is to say of a migration is that it was not run: after the first one that fails that may be thousands. */
export function isOnlyNotRun({ outcome, findings, allowed, failure }: CheckedMigration): boolean {
  return outcome === 'not run' && !failure && findings.length + allowed.length === 0;
}

/** One line on all of those; nothing when there are none. */
export function notRunWords({ migrations }: Pick<CheckReport, 'migrations'>): string | undefined {
  const paths = migrations.filter(isOnlyNotRun).map(({ path }) => path);
  if (paths.length < 2) return paths[0] && `${paths[0]} was not run`;
  return `${counted(paths.length, 'migration')} were not run: ${paths[0]} to ${paths.at(-1)}`;
}

/** One line on the second deploy; nothing when there was none. */
export function repeatWords({ repeat }: Pick<CheckReport, 'repeat'>): string {
  return repeat?.outcome === 'same' ? 'deployed twice on a second database: the repeat changed nothing' : '';
}
