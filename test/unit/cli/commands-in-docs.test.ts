import { readdirSync, readFileSync } from 'node:fs';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.js';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs').flatMap((name) => (name.endsWith('.md') && name !== 'cli.md' ? [`docs/${name}`] : [])),
];

/** What the pages tell people to type is taken by the command line: verbs, arguments and options exist. */
describe.each(pages)('%s', (page) => {
  it.each(commandsIn(readFileSync(page, 'utf8')))('%s', async (command) => {
    let understood = false;
    const program = createProgram('', () => {
      understood = true;
      return Promise.resolve();
    });
    silence(program);
    await program.parseAsync(words(command), { from: 'user' }).catch((error: unknown) => {
      throw new Error(`${command}: ${(error as Error).message}`);
    });
    expect(understood).toBe(true);
  });
  it('is a page', () => expect(page).toMatch(/\.md$/));
});

/** Lines of code blocks and whole code spans that begin with pawl; a verb alone is the name of the verb. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/^ *```\w*\n([^]*?)^ *```/gm)].flatMap(([, block = '']) => block.split('\n'));
  const spans = [...text.replaceAll(/^ *```\w*\n[^]*?^ *```/gm, '').matchAll(/`([^`]+)`/g)].map(([, span = '']) =>
    span.replaceAll(/\s+/g, ' '),
  );
  const typed = [...blocks, ...spans].flatMap((line) => /^\s*(?:\$ )?(pawl [a-z].*)$/.exec(line)?.[1] ?? []);
  const shown = typed.map((line) => line.replace(/(?: {2,}| # ).*$/, '').trim());
  return [...new Set(shown)].filter(
    (line) =>
      /^pawl (?:(?:ledger|lock) )?[a-z-]+ \S/.test(line) &&
      !/^pawl ledger [a-z-]+$/.test(line) &&
      !line.startsWith('pawl worker holds'),
  );
}

/** Placeholders become words, of alternatives the first one counts. */
function words(command: string): string[] {
  const plain = command.replaceAll(/<[^>]*>/g, '7').replace(/\s+[>&|;].*$/, '');
  return [...plain.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
    .map(([, double, single, bare]) => double ?? single ?? (bare ?? '').replace(/\|.*/, ''))
    .slice(1);
}

function silence(command: CommandUnknownOpts): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  command.commands.forEach(silence);
}
