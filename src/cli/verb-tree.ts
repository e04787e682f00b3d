import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** A verb as its help tells of it, for the completion and the reference. */
export interface VerbEntry {
  /** As typed after `pawl`: `deploy`, `ledger rename`. */
  readonly path: string;
  /** Such as `[target]`. */
  readonly takes: string;
  readonly description: string;
  readonly options: readonly VerbOption[];
}

export interface VerbOption {
  /** Such as `-n, --limit <entries>`. */
  readonly flags: string;
  readonly long: string;
  readonly description: string;
  /** The words it takes, where only some are right. */
  readonly values: readonly string[];
  readonly fallback: unknown;
}

/** All verbs in the order of the help; of those that have verbs below them, these. */
export function verbTree(program: CommandUnknownOpts, above = ''): VerbEntry[] {
  return program.commands.flatMap((command) => {
    const path = `${above}${command.name()}`;
    return command.commands.length > 0 ? verbTree(command, `${path} `) : [entry(command, path)];
  });
}

function entry(command: CommandUnknownOpts, path: string): VerbEntry {
  const { registeredArguments, options } = command;
  const takes = registeredArguments.map((argument) => {
    const name = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return {
    path,
    takes: takes.join(' '),
    description: command.description(),
    options: options.map(({ flags, long, description, argChoices, defaultValue }) => ({
      flags,
      long: long ?? '',
      description,
      values: argChoices ?? [],
      fallback: defaultValue as unknown,
    })),
  };
}
