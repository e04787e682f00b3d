import type { CheckedMigration, CheckReport, Finding, Severity } from '../../check/report.js';
import type { Place } from '../../engine/error.js';
import { remarksOf, type Remark } from './check-remarks.js';

const LEVELS: Record<Severity, 'error' | 'warning' | 'note'> = { error: 'error', warning: 'warning', notice: 'note' };

/** A check as a SARIF 2.1.0 log, which code scanning shows at the lines of a pull request. */
export function checkSarif(report: CheckReport): Record<string, unknown> {
  const findings = report.migrations.flatMap(({ findings: found, allowed }) => [
    ...found,
    ...allowed.map(({ finding }) => finding),
  ]);
  const rules = new Map(findings.map((finding) => [finding.rule, finding]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'pawl check', rules: [...rules.values()].map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: [...remarksOf(report).map(remarkResult), ...report.migrations.flatMap(resultsOf)],
      },
    ],
  };
}

function ruleOf({ rule, title, why, safe }: Finding): Record<string, unknown> {
  return { id: rule, shortDescription: { text: title }, fullDescription: { text: why }, help: { text: `${why} ${safe}` } };
}

function remarkResult({ severity, code, message, next }: Remark): Record<string, unknown> {
  return { ruleId: code, level: LEVELS[severity], message: { text: `${message} ${next}`.trim() } };
}

function resultsOf(migration: CheckedMigration): Record<string, unknown>[] {
  const { failure, findings, allowed, path } = migration;
  const failed = failure
    ? [
        {
          ruleId: failure.code,
          level: 'error',
          message: { text: `${failure.message} ${failure.next}` },
          locations: [locationOf(failure.place ?? { file: path, line: 1, column: 1 })],
        },
      ]
    : [];
  const suppressed = allowed.map(({ finding, reason }) => ({
    ...resultOf(finding),
    suppressions: [{ kind: 'inSource', justification: reason }],
  }));
  return [...failed, ...findings.map(resultOf), ...suppressed];
}

function resultOf({ rule, severity, message, safe, rewrite, place, fixes }: Finding): Record<string, unknown> {
  const text = [message, safe, ...(rewrite ? [rewrite] : [])].join('\n');
  const replacements = fixes.map(({ start, end, text: inserted }) => ({
    deletedRegion: { charOffset: start, charLength: end - start },
    insertedContent: { text: inserted },
  }));
  const fix = { description: { text: safe }, artifactChanges: [{ artifactLocation: { uri: place.file }, replacements }] };
  return {
    ruleId: rule,
    level: LEVELS[severity],
    message: { text },
    locations: [locationOf(place)],
    ...(replacements.length > 0 ? { fixes: [fix] } : {}),
  };
}

function locationOf({ file, line, column }: Place): Record<string, unknown> {
  return { physicalLocation: { artifactLocation: { uri: file }, region: { startLine: line, startColumn: column } } };
}
