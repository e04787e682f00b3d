import type { CheckReport, Finding, Severity } from '../../check/report.js';

/** What one rule found in one file, as one severity: what it says of each is alike, and why and how to do better is the same. */
export interface FindingGroup {
  readonly first: Finding;
  /** All of them, in the order of the file. */
  readonly findings: readonly Finding[];
}

/** @param findings of one file; groups stay where their first finding stood */
export function groupFindings(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.rule} ${finding.severity}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map((group) => ({ first: group[0]!, findings: group }));
}

/** How often a rule spoke in a whole report, and how gravely. */
export interface RuleCount {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly count: number;
  readonly files: number;
}

const GRAVEST: readonly Severity[] = ['error', 'warning', 'notice'];

/** The gravest first, of those the most frequent. */
export function countByRule({ migrations }: Pick<CheckReport, 'migrations'>): RuleCount[] {
  const counts = new Map<string, { rule: string; title: string; severity: Severity; count: number; files: number }>();
  for (const { findings } of migrations) {
    for (const { first, findings: alike } of groupFindings(findings)) {
      const { rule, title, severity } = first;
      const counted = counts.get(`${rule} ${severity}`) ?? { rule, title, severity, count: 0, files: 0 };
      counts.set(`${rule} ${severity}`, { ...counted, count: counted.count + alike.length, files: counted.files + 1 });
    }
  }
  return [...counts.values()].sort(
    (a, b) => GRAVEST.indexOf(a.severity) - GRAVEST.indexOf(b.severity) || b.count - a.count || (a.rule < b.rule ? -1 : 1),
  );
}
