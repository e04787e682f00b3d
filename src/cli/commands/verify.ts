import type { AssertionFile } from '../../engine/acts/assert.js';
import { failingAssertions } from '../../engine/acts/failing-assertions.js';
import { verifyTarget } from '../../engine/plan/verify.js';
import { counted } from '../../text/counted.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { openRelease, type OpenedRelease } from '../open-release.js';
import { findingList } from '../view/finding.js';
import { paint, wrap } from '../view/look.js';

export interface VerifySettings {
  readonly target?: string | undefined;
}

/** Compares the applied set with the files: names, checksums, INVALID indexes, assertions; not the schema. Reads only. */
export const verify: Command<VerifySettings> = async ({ output, ...context }, settings) => {
  const opened = await openRelease({ output, ...context }, settings.target);
  const { applied, files, findings: differences } = await verifyTarget(opened.engine, opened.stages);
  // Assertions speak about the schema that the files make; before that they would only repeat that it is not there.
  const complete = !differences.some(({ code }) => code === 'NOT_APPLIED');
  const failing = complete ? await failingAssertions(opened.engine, assertionFiles(opened.release), idleControl()) : [];
  const findings = [...differences, ...failing];
  const count = `${counted(files, 'file')}, ${applied} applied`;
  const verdict =
    findings.length === 0
      ? paint(output.look, 'green', `✓ ${opened.name}: ${count}, nothing differs`)
      : `${opened.name}: ${count}`;
  const looked = wrap(compared(opened.release, complete), output.look.columns, '  ');
  output.report(
    [`${verdict}\n${paint(output.look, 'dim', looked)}`, findingList(findings, output.look)].filter(Boolean).join('\n\n'),
    {
      target: opened.name,
      applied,
      files,
      findings,
    },
  );
  return findings.some(({ severity }) => severity === 'error') ? EXIT.findings : EXIT.done;
};

/** What was looked at: green means no more than that. */
function compared({ assertions }: OpenedRelease['release'], asserted: boolean): string {
  const files = asserted ? assertionFiles({ assertions }).length : 0;
  const asserts = files === 0 ? '' : `, ${counted(files, 'assertion file')}`;
  return `compared: names and checksums of the files, INVALID indexes${asserts}; not the schema (pawl diff compares it)`;
}

const assertionFiles = ({ assertions }: Pick<OpenedRelease['release'], 'assertions'>): AssertionFile[] =>
  [...assertions.values()].flat();
