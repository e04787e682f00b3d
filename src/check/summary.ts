import type { CheckReport, LockVerdict, Severity } from './report.js';

/** Counts what a report says. */
export function summarise({
  migrations,
  work,
  remarks,
  repeat,
}: Pick<CheckReport, 'migrations' | 'work' | 'remarks' | 'repeat'>): CheckReport['summary'] {
  const findings = [...migrations.flatMap((migration) => migration.findings), ...remarks];
  const steps: readonly { readonly outcome: string }[] = [...migrations, ...work];
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const verdicts: Record<LockVerdict, number> = { SAFE: 0, BRIEF: 0, BLOCKS_WRITES: 0, OUTAGE: 0 };
  for (const { verdict } of migrations.flatMap(({ locks }) => locks)) verdicts[verdict] += 1;
  return {
    failed: steps.filter(({ outcome }) => outcome === 'failed').length + (repeat && repeat.outcome !== 'same' ? 1 : 0),
    errors: count('error'),
    warnings: count('warning'),
    notices: count('notice'),
    allowed: migrations.reduce((sum, { allowed }) => sum + allowed.length, 0),
    verdicts,
  };
}
