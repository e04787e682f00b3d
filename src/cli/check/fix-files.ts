import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TargetRelease } from '../../config/release.js';
import type { CheckReport, Fix } from '../../check/report.js';

/**
 * Writes the mechanical fixes of a check into the files. A file whose text is not what was checked, word for word (placeholders, several
 * migrations in one file), stays as it is.
 * @returns the paths that were changed
 */
export async function fixFiles(root: string, report: CheckReport, release: Pick<TargetRelease, 'migrations'>): Promise<string[]> {
  const texts = new Map(
    [...release.migrations.values()].flatMap((stage) => stage.migrations).map(({ path, sql }) => [path, sql]),
  );
  const changed: string[] = [];
  for (const { path, findings } of report.migrations) {
    const fixes = findings.flatMap((finding) => finding.fixes);
    const file = join(root, path);
    if (fixes.length === 0 || (await readFile(file, 'utf8')) !== texts.get(path)) continue;
    await writeFile(file, fixed(texts.get(path)!, fixes));
    changed.push(path);
  }
  return changed;
}

/** From the end, so that the places of the others stay right; of two that overlap, the first one counts. */
function fixed(sql: string, fixes: readonly Fix[]): string {
  const apart: Fix[] = [];
  for (const fix of [...fixes].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = apart.at(-1);
    if (!last || fix.start > last.end || (fix.start === last.end && fix.end > fix.start)) apart.push(fix);
  }
  return apart.reduceRight((text, { start, end, text: inserted }) => text.slice(0, start) + inserted + text.slice(end), sql);
}
