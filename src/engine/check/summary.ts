import type { CheckedMigration, CheckReport, LockVerdict, Severity } from './report.js';

/** Counts what the migrations of a report say. */
export function summarise(migrations: readonly CheckedMigration[]): CheckReport['summary'] {
  const findings = migrations.flatMap((migration) => migration.findings);
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const verdicts: Record<LockVerdict, number> = { SAFE: 0, BRIEF: 0, BLOCKS_WRITES: 0, OUTAGE: 0 };
  for (const { verdict } of migrations.flatMap(({ locks }) => locks)) verdicts[verdict] += 1;
  return {
    failed: migrations.filter(({ outcome }) => outcome === 'failed').length,
    errors: count('error'),
    warnings: count('warning'),
    notices: count('notice'),
    allowed: migrations.reduce((sum, { allowed }) => sum + allowed.length, 0),
    verdicts,
  };
}
