import type { Difference } from '../../catalog/compare.js';
import type { DifferenceClass } from '../../catalog/kind.js';
import { counted } from '../../text/counted.js';
import { definitions, words } from './definition.js';
import { paint, wrap, type Look } from './look.js';

/** What was compared, as the caller named it, and what came out. */
export interface Comparison {
  readonly a: string;
  readonly b: string;
  readonly differences: readonly Difference[];
}

/** Gravest first. */
export const CLASSES: readonly DifferenceClass[] = ['breaking', 'behavioural', 'cosmetic'];
const MARK = { breaking: '✗', behavioural: '!', cosmetic: '·' };
const COLOR = { breaking: 'red', behavioural: 'yellow', cosmetic: 'dim' } as const;

/** The differences as a person reads them, gravest first, each with both definitions and what it would break. */
export function differencesView(comparison: Comparison, look: Look): string {
  const { a, b, differences } = comparison;
  if (differences.length === 0) return paint(look, 'green', `✓ ${a} and ${b} are the same schema`);
  const sections = CLASSES.flatMap((grade) => {
    const those = differences.filter((difference) => difference.class === grade);
    return those.length === 0
      ? []
      : [paint(look, ['bold', COLOR[grade]], grade), ...those.map((difference) => differenceText(difference, look)), ''];
  });
  return [wrap(`${summary(differences)}; A is ${a}, B is ${b}`, look.columns), '', ...sections].join('\n').trimEnd();
}

/** Such as `3 differences: 1 breaking, 2 cosmetic`. */
export function summary(differences: readonly Difference[]): string {
  const counts = CLASSES.map((grade) => [differences.filter((difference) => difference.class === grade).length, grade] as const);
  const listed = counts.filter(([count]) => count > 0).map(([count, grade]) => `${count} ${grade}`);
  return `${counted(differences.length, 'difference')}: ${listed.join(', ')}`;
}

/** The kind, the object and what about it, such as `column public.orders.status: default`. */
export function headline({ kind, identity, change, attribute }: Difference): string {
  const what = { added: 'only in B', removed: 'only in A', changed: words(attribute ?? '') }[change];
  return `${kind} ${identity}: ${what}`;
}

/** The same for programs. */
export function differencesDocument({ a, b, differences }: Comparison): Record<string, unknown> {
  const counts = Object.fromEntries(
    CLASSES.map((grade) => [grade, differences.filter((difference) => difference.class === grade).length]),
  );
  return { a, b, counts, differences };
}

function differenceText(difference: Difference, look: Look): string {
  const mark = paint(look, COLOR[difference.class], MARK[difference.class]);
  const sides = definitions(difference);
  return [
    `  ${mark} ${headline(difference)}`,
    wrap(difference.effect, look.columns, '      '),
    ...side('A', sides.a, look),
    ...side('B', sides.b, look),
  ].join('\n');
}

function side(name: string, lines: readonly string[] | undefined, look: Look): string[] {
  return (lines ?? []).map((line, index) => `      ${paint(look, 'dim', index === 0 ? name : ' ')} ${line}`);
}
