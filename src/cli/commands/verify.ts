import type { AssertionFile } from '../../engine/acts/assert.js';
import { failingAssertions } from '../../engine/acts/failing-assertions.js';
import { verifyTarget } from '../../engine/plan/verify.js';
import { counted } from '../../text/counted.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { openRelease, type OpenedRelease } from '../open-release.js';
import { schemaDrift } from '../verify/schema-drift.js';
import { differencesDocument, differencesView } from '../view/differences.js';
import { findingList } from '../view/finding.js';
import { paint, wrap } from '../view/look.js';

export interface VerifySettings {
  readonly target?: string | undefined;
  /** Also compare the schema with what the applied files make on a throwaway database. */
  readonly schema?: boolean;
  readonly exec?: boolean;
  readonly ignorePrivileges?: boolean;
}

/** Compares the applied set with the files: names, checksums, INVALID indexes, assertions, and on request the schema. Reads only. */
export const verify: Command<VerifySettings> = async ({ output, ...context }, settings) => {
  const opened = await openRelease({ output, ...context }, settings.target);
  const { applied, files, pending, findings: differences } = await verifyTarget(opened.engine, opened.stages);
  // Assertions speak about the schema that the files make; before that they would only repeat that it is not there.
  const complete = !differences.some(({ code }) => code === 'NOT_APPLIED');
  const failing = complete ? await failingAssertions(opened.engine, assertionFiles(opened.release), idleControl()) : [];
  const findings = [...differences, ...failing];
  const { schema = false, exec = false, ignorePrivileges = false } = settings;
  const drift = schema ? await schemaDrift({ output, ...context }, opened, { exec, ignorePrivileges, pending }) : [];
  const count = `${counted(files, 'file')}, ${applied} applied`;
  const verdict =
    findings.length === 0 && drift.length === 0
      ? paint(output.look, 'green', `✓ ${opened.name}: ${count}, nothing differs`)
      : `${opened.name}: ${count}`;
  const looked = wrap(compared(opened, { asserted: complete, schema, exec }), output.look.columns, '  ');
  const schemas = { a: 'the applied files', b: opened.name, differences: drift };
  output.report(
    [
      `${verdict}\n${paint(output.look, 'dim', looked)}`,
      findingList(findings, output.look),
      drift.length > 0 ? differencesView(schemas, output.look) : '',
    ]
      .filter(Boolean)
      .join('\n\n'),
    { target: opened.name, applied, files, findings, ...(schema && { schema: differencesDocument(schemas) }) },
  );
  return drift.length > 0 || findings.some(({ severity }) => severity === 'error') ? EXIT.findings : EXIT.done;
};

/** What was looked at: green means no more than that. */
function compared(
  { release, target }: OpenedRelease,
  { asserted, schema, exec }: { readonly asserted: boolean; readonly schema: boolean; readonly exec: boolean },
): string {
  const assertions = asserted ? assertionFiles(release).length : 0;
  const what = [
    'names and checksums of the files',
    'INVALID indexes',
    ...(assertions > 0 ? [counted(assertions, 'assertion file')] : []),
  ];
  if (!schema) return `compared: ${what.join(', ')}; not the schema (pawl verify --schema compares it)`;
  const programs = target.stages.filter((stage) => 'exec' in stage).length;
  const without =
    programs > 0 && !exec ? `; without ${counted(programs, 'exec stage')} (--exec runs it on a throwaway database)` : '';
  return `compared: ${what.join(', ')}, and the schema with what the applied files make${without}`;
}

const assertionFiles = ({ assertions }: Pick<OpenedRelease['release'], 'assertions'>): AssertionFile[] =>
  [...assertions.values()].flat();
