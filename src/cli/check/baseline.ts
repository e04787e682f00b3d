import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { TargetRelease } from '../../config/release.js';
import type { CheckReport } from '../../check/report.js';
import { summarise } from '../../check/summary.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-code.js';

/** Files of the past by path: their content and the rules that they break. A file that changes is judged anew. */
const baseline = z.record(z.string(), z.strictObject({ checksum: z.string(), rules: z.array(z.string()) }));

export type Baseline = z.output<typeof baseline>;

type Files = Pick<TargetRelease, 'migrations'>;

/** @throws CliError when the file cannot be read or is none */
export async function readBaseline({ cwd }: Context, file: string): Promise<Baseline> {
  try {
    return baseline.parse(JSON.parse(await readFile(resolve(cwd, file), 'utf8')));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it does not exist' : 'it is no baseline';
    throw new CliError(
      EXIT.usage,
      'USAGE',
      `the baseline ${file} cannot be read: ${why}`,
      `Write one with pawl check --write-baseline ${file}.`,
    );
  }
}

/** Writes what a check has found, so that later ones leave it out. @returns how many findings */
export async function writeBaseline({ cwd }: Context, file: string, report: CheckReport, files: Files): Promise<number> {
  const checksums = checksumsOf(files);
  const found = report.migrations.filter(({ findings }) => findings.length > 0);
  const entries = found.map(({ path, findings }): [string, Baseline[string]] => [
    path,
    { checksum: checksums.get(path) ?? '', rules: [...new Set(findings.map(({ rule }) => rule))].sort() },
  ]);
  await writeFile(resolve(cwd, file), `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
  return found.reduce((sum, { findings }) => sum + findings.length, 0);
}

/** A report without what the baseline has: it counts as allowed, and its migration has nothing to say. */
export function withoutBaseline(report: CheckReport, past: Baseline, files: Files): CheckReport {
  const checksums = checksumsOf(files);
  const migrations = report.migrations.map((migration) => {
    const known = past[migration.path];
    if (known?.checksum !== checksums.get(migration.path)) return migration;
    const isKnown = ({ rule }: { rule: string }): boolean => known?.rules.includes(rule) ?? false;
    const standing = migration.findings.filter(isKnown).map((finding) => ({ finding, reason: 'it is in the baseline' }));
    return {
      ...migration,
      findings: migration.findings.filter((finding) => !isKnown(finding)),
      allowed: [...migration.allowed, ...standing],
    };
  });
  return { ...report, migrations, summary: summarise({ ...report, migrations }) };
}

function checksumsOf({ migrations }: Files): Map<string, string> {
  return new Map([...migrations.values()].flatMap((stage) => stage.migrations).map(({ path, checksum }) => [path, checksum]));
}
