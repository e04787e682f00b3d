import { inspect } from 'node:util';
import type * as z from 'zod';
import type { ConfigFault } from './config-error.js';
import { SECRET, SECRET_OF_A_PROGRAM } from './schema.js';
import { unknownKeyMessage } from './unknown-key.js';

type Issue = z.core.$ZodIssue;

/** Words zod's issues: one fault for each, with its path, what was expected and what was found. */
export function faultsOf(issues: readonly Issue[], base: readonly PropertyKey[] = []): ConfigFault[] {
  return issues.flatMap((issue) => faultOf(issue, [...base, ...issue.path]));
}

function faultOf(issue: Issue, path: readonly PropertyKey[]): ConfigFault[] {
  if (issue.code === 'unrecognized_keys' && issue.message !== SECRET) {
    return issue.keys.map((key) => ({ path: dotted([...path, key]), message: unknownKeyMessage(key, issue.message) }));
  }
  if (issue.code === 'invalid_union') {
    // Where each of them lacks no more than its own key, none was chosen.
    const chosen = issue.errors.some((errors) => errors.some((error) => error.path.length !== 1 || error.input !== undefined));
    const meant = chosen && issue.errors.find((errors) => errors.length > 0 && errors.every((error) => error.path.length > 0));
    if (meant) return faultsOf(meant, path);
  }
  if (issue.code === 'invalid_key') return [{ path: dotted(path), message: issue.issues[0]?.message ?? issue.message }];
  return [{ path: dotted(path), message: worded(issue) }];
}

function worded(issue: Issue): string {
  // What was found may be one.
  if (issue.message === SECRET || issue.message === SECRET_OF_A_PROGRAM) return issue.message;
  const expected = issue.message.startsWith('expected ') ? issue.message : expectation(issue);
  return expected.includes('; found ') ? expected : `${expected}, found ${found(issue.input)}`;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${NOUNS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `expected at least ${issue.minimum}`
        : `expected ${NOUNS[issue.origin] ?? issue.origin} that is not empty`;
    case 'invalid_format':
      return issue.format === 'url' ? 'expected an http or https address' : `expected ${issue.format}`;
    default:
      return `expected something else (${issue.message})`;
  }
}

const NOUNS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  const text = typeof value === 'string' ? JSON.stringify(value) : inspect(value);
  return text.length > 60 || text.includes('://') ? 'another text' : text;
}

/** `targets.orders.stages[2].exec`. */
function dotted(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '') || 'config';
}
