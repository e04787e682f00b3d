import type { CheckReport, Severity } from '../../check/report.js';

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

/** One line on the second deploy; nothing when there was none. */
export function repeatWords({ repeat }: Pick<CheckReport, 'repeat'>): string {
  return repeat?.outcome === 'same' ? 'deployed twice on a second database: the repeat changed nothing' : '';
}
