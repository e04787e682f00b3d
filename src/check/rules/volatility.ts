import { factKey, type Facts } from '../facts/facts.js';
import { nodesIn, strings } from '../facts/named.js';

/**
 * The volatile function that an expression calls, if any. PostgreSQL evaluates any other default once and stores it in the catalog
 * (since version 11), now() included: it is stable.
 */
export function volatileCall(expression: unknown, { functions }: Facts): string | undefined {
  for (const { funcname } of nodesIn(expression)) {
    if (!Array.isArray(funcname)) continue;
    const name = strings(funcname);
    // Unknown functions are taken for volatile, which is what CREATE FUNCTION makes them by default.
    if ((functions.get(factKey(name))?.volatility ?? 'v') === 'v') return name.join('.');
  }
  return undefined;
}
