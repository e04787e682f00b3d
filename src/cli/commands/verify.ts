import { assertFiles } from '../../engine/acts/assert.js';
import { EngineError } from '../../engine/error.js';
import { findingFrom, type PlanFinding } from '../../engine/finding.js';
import { verifyTarget } from '../../engine/plan/verify.js';
import { counted } from '../../text/counted.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { openRelease, type OpenedRelease } from '../open-release.js';
import { findingList } from '../view/finding.js';
import { paint } from '../view/look.js';

export interface VerifySettings {
  readonly target?: string | undefined;
}

/** Holds the database against the files: applied set, checksums, assertions. Reads only. */
export const verify: Command<VerifySettings> = async ({ output, ...context }, settings) => {
  const opened = await openRelease({ output, ...context }, settings.target);
  const { applied, files, findings: differences } = await verifyTarget(opened.engine, opened.stages);
  // Assertions speak about the schema that the files make; before that they would only repeat that it is not there.
  const complete = !differences.some(({ code }) => code === 'NOT_APPLIED');
  const failing = complete ? await failingAssertions(opened) : [];
  const findings = [...differences, ...failing];
  const count = `${counted(files, 'file')}, ${applied} applied`;
  const verdict =
    findings.length === 0
      ? paint(output.look, 'green', `✓ ${opened.name} is as its files say: ${count}`)
      : `${opened.name}: ${count}`;
  output.report([verdict, findingList(findings, output.look)].filter(Boolean).join('\n\n'), {
    target: opened.name,
    applied,
    files,
    findings,
  });
  return findings.some(({ severity }) => severity === 'error') ? EXIT.findings : EXIT.done;
};

async function failingAssertions({ release, engine }: OpenedRelease): Promise<PlanFinding[]> {
  const failing: PlanFinding[] = [];
  for (const file of [...release.assertions.values()].flat()) {
    try {
      await assertFiles(engine, [file], idleControl());
    } catch (error) {
      if (error instanceof EngineError && error.verdict === 'retry') throw error;
      failing.push(findingFrom(error));
    }
  }
  return failing;
}
