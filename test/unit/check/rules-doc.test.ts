import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RULES } from '../../../src/check/rules/rules.js';
import { REPORTS } from '../../../src/cli/check/report-files.js';
import { createProgram } from '../../../src/cli/program.js';
import { FIXTURES } from '../../support/check.js';

const page = readFileSync('docs/checking.md', 'utf8');
const ids = RULES.map(({ id }) => id);

it('every file of a rule is on the list of rules', () => {
  const files = readdirSync('src/check/rules').flatMap((file) => /^([a-z]{2}\d{3})-/.exec(file)?.[1]?.toUpperCase() ?? []);
  expect(files.sort(), 'files of src/check/rules, and RULES in src/check/rules/rules.ts').toEqual([...ids].sort());
});

it('docs/checking.md has each rule in its table, with the words of the report', () => {
  const rows = page.split('\n').filter((line) => /^\| `[A-Z]{2}\d{3}` \|/.test(line));
  const wanted = RULES.map(({ id, title, safe }) => `| \`${id}\` | ${title} | ${safe} |`).sort();
  expect(rows, 'rows of the table under "Rules" in docs/checking.md, by id; a row with "-" is missing there').toEqual(wanted);
});

it('every rule is tried: by a migration of the corpus, or by a test', () => {
  const tried = [join(FIXTURES, 'dangerous'), 'test/postgres/check', 'test/unit/check', 'test/cli']
    .flatMap((folder) => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && !import.meta.filename.endsWith(entry.name))
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
    .join('\n');
  expect(
    ids.filter((id) => !new RegExp(id, 'i').test(tried)),
    'rules that no file expects: write one in test/fixtures/check/dangerous with `-- expect: <id>` in its first line',
  ).toEqual([]);
});

it('every rule has a migration that looks like what it speaks of, and is fine', () => {
  const folder = join(FIXTURES, 'safe');
  const like = readdirSync(folder)
    .map((name) => /^-- looks like: (.*)$/m.exec(readFileSync(join(folder, name), 'utf8'))?.[1] ?? '')
    .flatMap((line) => line.split(' '));
  // They speak of a load, of other files, of the configuration and of an extension, which no file shows by itself.
  const elsewhere = ['LK005', 'NM001', 'OW001', 'TS001'];
  expect(
    ids.filter((id) => !elsewhere.includes(id) && !like.includes(id)),
    'rules without a look-alike: write one in test/fixtures/check/safe with `-- looks like: <id>` below `-- expect: nothing`',
  ).toEqual([]);
});

it('every format of a report has an option, and docs/checking.md names it', () => {
  const formats = page.slice(page.indexOf('## Formats'), page.indexOf('## Allowing a finding'));
  const check = createProgram('0.0.0', () => Promise.resolve()).commands.find((command) => command.name() === 'check')!;
  const options = check.options.filter(({ description }) => description.startsWith('write the report')).map(({ flags }) => flags);
  expect(
    options,
    'options of check in src/cli/verbs/check.ts whose words begin with "write the report", and REPORTS in src/cli/check/report-files.ts',
  ).toEqual(Object.keys(REPORTS).map((format) => `--${format} <file>`));
  expect(
    options.filter((flags) => !formats.includes(`\`${flags}\``)),
    'not under "Formats" in docs/checking.md',
  ).toEqual([]);
});
