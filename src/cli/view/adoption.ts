import { counted } from '../../text/counted.js';
import type { Plan } from '../../engine/plan/plan.js';
import { findingList } from './finding.js';
import { paint, type Look } from './look.js';

/** How many rows are shown of those that nothing is to be said of; the newest ones. */
const LISTED = 30;

export interface Adoptable {
  readonly version: string;
  readonly name: string;
  /** The tracker that says so. */
  readonly why: string;
  readonly checksum: 'same' | 'unknown';
}

/** The rows that would be adopted: those that are not in the ledger yet stand at position 0. */
export function adoptable(plan: Plan): Adoptable[] {
  return plan.applied
    .filter(({ source, position }) => source === 'adopted' && position === 0)
    .map(({ version, name, note, checksum }) => ({
      version,
      name,
      why: note ?? '',
      checksum: checksum === null ? 'unknown' : 'same',
    }));
}

/**
 * What would be adopted and why, what stays pending, and what prevents it.
 * @param again the options that were given, for the command that does it
 */
export function adoptionView(target: string, plan: Plan, again: readonly string[], look: Look): string {
  const rows = adoptable(plan);
  const refused = plan.findings.some(({ severity }) => severity === 'error');
  return [
    headline(target, plan, rows.length, refused),
    ...(rows.length > 0 ? table(plan, rows, look) : []),
    ...(plan.findings.length > 0 ? ['', findingList(plan.findings, look)] : []),
    ...(rows.length > 0 && !refused ? ['', next(target, again)] : []),
  ].join('\n');
}

function headline(target: string, plan: Plan, rows: number, refused: boolean): string {
  if (rows === 0 && plan.applied.some(({ source, position }) => source === 'adopted' && position > 0))
    return `${target}: the take-over is done already.`;
  const pending = plan.stages.reduce((sum, stage) => sum + stage.pending.length, 0);
  const stop = refused ? ' Nothing is adopted before what is said below is settled.' : '';
  return `${target}: ${counted(rows, 'migration')} would be adopted as applied, ${pending} pending.${stop}`;
}

function table(plan: Plan, rows: readonly Adoptable[], look: Look): string[] {
  const suspects = plan.findings.filter(({ code }) => code === 'LEGACY_SUSPECT').map(({ message }) => message);
  const lines = [
    ...rows.map(({ version, name, why, checksum }) => ({
      name,
      version,
      why: `applied by ${why}${checksum === 'same' ? ', same text' : ''}`,
    })),
    ...plan.stages
      .flatMap(({ pending }) => pending)
      .map(({ migration: { name, version }, late }) => ({
        name,
        version,
        why: late ? 'pending, although later ones are applied' : 'pending',
      })),
  ].map((line) => ({ ...line, suspect: suspects.some((message) => message.includes(`(version ${line.version})`)) }));
  const shown = lines.filter(({ suspect }, index) => suspect || index >= lines.length - LISTED);
  const width = Math.max(...shown.map(({ name }) => name.length));
  return [
    ...(lines.length > shown.length ? [`  ... ${lines.length - shown.length} more before these; --json has all`] : []),
    ...shown.map(
      ({ name, why, suspect }) => `  ${name.padEnd(width)}  ${why}${suspect ? paint(look, 'red', '; suspect, see below') : ''}`,
    ),
  ];
}

function next(target: string, again: readonly string[]): string {
  if (again.length === 0) return `The next deploy does it by itself; pawl adopt ${target} --yes does it now.`;
  return `To do it: pawl adopt ${target} ${again.join(' ')} --yes`;
}
