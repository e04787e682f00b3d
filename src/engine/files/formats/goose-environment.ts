import { fileFault } from '../file-fault.js';
import type { FormatOptions } from '../format.js';

/** What goose's ENVSUB takes (mfridman/interpolate): `$NAME`, `${NAME}`, with a default (`:-`, `-`) or required (`?`); `\$` and `$$` are a dollar. */
const EXPANSION = /\\\\|\\\$|\$\$|\$\(|\$\{([a-zA-Z]\w*)(?:(:-|-|\?)((?:[^{}]|\$\{[^{}]*\})*)|(:[^}]*))?\}|\$([a-zA-Z]\w*)/g;

/**
 * Fills variables into a line as goose does, from the placeholders of the config, then from the environment of this process.
 * @throws EngineError `FILES_PLACEHOLDER` for a variable that nobody names; `FILES_UNSUPPORTED` for a substring
 */
export function fillEnvironment(line: string, at: readonly [path: string, line: number], options: FormatOptions): string {
  return line.replace(
    EXPANSION,
    (all: string, braced?: string, operator?: string, operand?: string, substring?: string, bare?: string): string => {
      if (all === '\\$' || all === '$$') return '$';
      const name = braced ?? bare;
      if (name === undefined) return all;
      if (substring !== undefined) throw unsupported(at, all);
      const value = Object.hasOwn(options.placeholders, name) ? options.placeholders[name] : process.env[name];
      if (operator === ':-' ? value : value !== undefined) return value!;
      if (operator === '-' || operator === ':-') return fillEnvironment(operand ?? '', at, options);
      if (Object.hasOwn(options.placeholders, name)) return all;
      throw missing(at, name);
    },
  );
}

function missing(at: readonly [string, number], name: string): Error {
  return fileFault(
    'FILES_PLACEHOLDER',
    at,
    `the variable ${name} is set neither by the config nor in the environment`,
    `Name it in the stage: placeholders: { ${name}: { env: ${name} } }; then only the worker needs it.`,
  );
}

function unsupported(at: readonly [string, number], expansion: string): Error {
  return fileFault('FILES_UNSUPPORTED', at, `${expansion} takes a part of a variable`, 'Give that part a variable of its own.');
}
