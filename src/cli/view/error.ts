import { CliError } from '../cli-error.js';
import { ConfigError } from '../../config/config-error.js';
import { EngineError } from '../../engine/error.js';
import { cut, paint, wrap, type Look } from './look.js';

/** Faults of a configuration that a person is shown at once. */
const FAULTS = 20;
/** Characters of PostgreSQL's own words. */
const WHOLE = 4_000;

/**
 * An error as a person reads it: what happened, the place in the file, what to do.
 * @param own whether nobody but this person reads it: PostgreSQL's words are then shown whole, row values included
 */
export function errorView(error: unknown, look: Look, own = false): string {
  if (error instanceof ConfigError) {
    const shown = error.faults.slice(0, FAULTS);
    const faults = shown.map(({ path, message }) => wrap(`${path}: ${message}`, look.columns, '  ', '      '));
    const more = error.faults.length - shown.length;
    const left = more > 0 ? [`  and ${more} more`] : [];
    return [headline(error.title, look), ...faults, ...left, nextLine(error.next, look), codeLine('CONFIG', look)].join('\n');
  }
  const { code, message, next } = error as { code?: string; message?: string; next?: string };
  const excerpt = error instanceof EngineError && error.excerpt ? [`\n${error.excerpt.replace(/^/gm, '    ')}\n`] : [];
  const whole =
    own && error instanceof EngineError && error.whole
      ? [wrap(`PostgreSQL: ${cut(error.whole, WHOLE)}`, look.columns, '  ')]
      : [];
  const explained = code === undefined ? [] : [codeLine(code, look)];
  if (next !== undefined)
    return [headline(message ?? '', look), ...whole, ...excerpt, nextLine(next, look), ...explained].join('\n');
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${headline('unexpected error; this is a bug in Pawl', look)}\n${stack}`;
}

/** The same for programs. */
export function errorDocument(error: unknown): Record<string, unknown> {
  if (error instanceof ConfigError) return { code: 'CONFIG', message: error.title, next: error.next, faults: error.faults };
  if (error instanceof CliError && error.faults.length > 0) {
    return { code: error.code, message: error.message, next: error.next, faults: error.faults.map(errorDocument) };
  }
  const { code, message, next } = error as { code?: string; message?: string; next?: string };
  if (!(error instanceof EngineError))
    return { code: next === undefined ? 'UNEXPECTED' : code, message: message ?? String(error), next };
  const { version, place, sqlstate } = error;
  return { code, message, next, version, sqlstate, ...place };
}

/** The code, as the command that says more of it. */
export function codeLine(code: string, look: Look): string {
  return paint(look, 'dim', `  pawl explain ${code}`);
}

function headline(text: string, look: Look): string {
  return paint(look, 'red', wrap(text, look.columns, '✗ ', '  '));
}

function nextLine(next: string, look: Look): string {
  return wrap(next, look.columns, '  ');
}
