import { expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.js';
import { verbTree, type VerbEntry, type VerbOption } from '../../../src/cli/verb-tree.js';

it('docs/cli.md says what the commands say of themselves; `npm test -- test/unit/cli/reference.test.ts -u` writes it', async () => {
  const program = createProgram('', () => Promise.resolve());
  const verbs = verbTree(program);
  const contents = verbs.map(
    ({ path, description }) => `| [\`pawl ${path}\`](#pawl-${path.replaceAll(' ', '-')}) | ${cell(description)} |`,
  );
  const page = [
    '# The command line',
    'Written by a test from the commands themselves; `pawl <verb> --help` says the same. Without a target a verb means the only one of the configuration.',
    ['| | |', '|---|---|', ...contents].join('\n'),
    ...verbs.map(section),
    `## Exit codes and connections\n\n\`\`\`\n${epilogue()}\n\`\`\``,
  ];
  await expect(`${page.join('\n\n')}\n`).toMatchFileSnapshot('../../../docs/cli.md');

  function epilogue(): string {
    let help = '';
    program.configureOutput({ writeOut: (text) => (help += text) });
    program.outputHelp();
    return help.slice(help.indexOf('Exit codes')).trim();
  }
});

function section({ path, takes, description, options }: VerbEntry): string {
  const usage = ['pawl', path, takes, options.length > 0 ? '[options]' : ''].filter(Boolean).join(' ');
  const table = ['| option | |', '|---|---|', ...options.map(row)].join('\n');
  return `## pawl ${path}\n\n\`${usage}\`: ${description}.${options.length > 0 ? `\n\n${table}` : ''}`;
}

function row({ flags, description, values, fallback }: VerbOption): string {
  const choice =
    values.length > 0 ? ` (${values.join(', ')}${fallback === undefined ? '' : `; default: ${JSON.stringify(fallback)}`})` : '';
  const standard = values.length === 0 && fallback !== undefined ? ` (default: ${JSON.stringify(fallback)})` : '';
  return `| \`${flags.replaceAll('|', '\\|')}\` | ${cell(description)}${choice}${standard} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
