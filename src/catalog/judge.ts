import type { Json } from './catalog.js';
import type { DifferenceClass, Finding, Judge } from './kind.js';
import { sameExpression } from './expression.js';

type Effect = string | ((finding: Finding) => string);

const always =
  (grade: DifferenceClass) =>
  (effect: Effect): Judge =>
  (finding) => ({ class: grade, effect: typeof effect === 'string' ? effect : effect(finding) });

export const breaking = always('breaking');
export const behavioural = always('behavioural');
export const cosmetic = always('cosmetic');

/** Chooses a judge by the finding. */
export const either =
  (test: (finding: Finding) => boolean, yes: Judge, no: Judge): Judge =>
  (finding) =>
    (test(finding) ? yes : no)(finding);

/** For SQL that PostgreSQL printed: no difference when only the way it is written differs. */
export const expression =
  (judge: Judge): Judge =>
  (finding) =>
    sameExpression(finding.before, finding.after) ? undefined : judge(finding);

/** For the order of a list of names: no difference when the names in both lists come in the same order. */
export const order =
  (judge: Judge): Judge =>
  (finding) => {
    const before = names(finding.before);
    const after = names(finding.after);
    const kept = before.filter((name) => after.includes(name));
    return after.filter((name) => before.includes(name)).join('\0') === kept.join('\0') ? undefined : judge(finding);
  };

const names = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

export const owner = behavioural('another role owns it: who may alter or drop it, and whose rights its code has, changes');
