// The corpus of migrations judged by what they really do, beside Pawl and other linters: npm run corpus [-- --only linters --linters pawl --files 001,017]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase, dropDatabase, onServer } from '../../src/embedded/database.js';
import { startPostgres } from '../../src/embedded/postgres.js';
import { EMBEDDED_MAJOR } from '../../src/embedded/postgres-programs.js';
import { loadGrammar } from '../../src/engine/files/statements.js';
import { serverPrograms } from '../../src/pg-dump/programs.js';
import { eugeneLint, eugeneTrace } from '../linters/eugene.js';
import type { Linter } from '../linters/linter.js';
import { pawl } from '../linters/pawl.js';
import { squawk } from '../linters/squawk.js';
import { table } from '../timing.js';
import { ROLE } from './application.js';
import { readCases, readScript, type Case } from './case.js';
import { judge, type Judged } from './judge.js';
import { isAsSaid, measureHarms } from './truth.js';

const LINTERS: readonly Linter[] = [pawl, squawk, eugeneLint, eugeneTrace];
const PARTS = ['truth', 'linters'];

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: PARTS.join() },
    linters: { type: 'string', default: 'pawl,squawk,eugene' },
    files: { type: 'string' },
    postgres: { type: 'string', default: `15,${EMBEDDED_MAJOR}` },
  },
});
const parts = values.only.split(',');
await loadGrammar();
const chosen = (await readCases()).filter(
  ({ migration: { path } }) => values.files?.split(',').some((part) => path.includes(part)) ?? true,
);

let wrong = 0;
for (const major of values.postgres.split(',').map(Number)) {
  const bin = major === EMBEDDED_MAJOR ? undefined : serverPrograms(process.env, major);
  if (bin === undefined && major !== EMBEDDED_MAJOR) {
    console.log(`PostgreSQL ${major} is not installed here and is left out; PAWL_POSTGRES_BIN names a folder of its programs.`);
    continue;
  }
  const directory = mkdtempSync(join(tmpdir(), 'pawl-corpus-'));
  const server = await startPostgres({ directory, durable: false, bin });
  try {
    const cases = chosen.filter(({ since }) => since <= major);
    console.log(`## PostgreSQL ${server.version}: ${cases.length} migrations\n`);
    const small = await template(server.url, 'corpus_small', ['schema']);
    if (parts.includes('truth')) wrong += await showTruth(server.url, cases);
    if (parts.includes('linters')) wrong += await showLinters(server.url, small, cases);
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
process.exitCode = wrong === 0 ? 0 : 1;

async function template(server: string, name: string, scripts: readonly string[]): Promise<string> {
  const url = await createDatabase(server, name);
  await onServer(url, async (client) => {
    await client.query(`do $$ begin create role ${ROLE}; exception when duplicate_object then null; end $$`);
    for (const script of scripts) await client.query(readScript(script));
  });
  return name;
}

/** @returns how many migrations do something else than their first line says */
async function showTruth(server: string, cases: readonly Case[]): Promise<number> {
  const large = await template(server, 'corpus_large', ['schema', 'rows']);
  let others = 0;
  for (const one of cases) {
    const measured = await measureHarms(server, large, one);
    if (isAsSaid(measured, one)) continue;
    others += 1;
    console.log(`- ${one.migration.path} says ${one.harms.join(' ') || 'safe'}; measured ${measured.harms.join(' ') || 'safe'}`);
    for (const seen of measured.seen) console.log(`  ${seen}`);
  }
  await dropDatabase(server, large);
  console.log(`${cases.length - others} of ${cases.length} do to the application what their first line says, as measured.\n`);
  return others;
}

/** @returns how many migrations Pawl judges wrongly */
async function showLinters(server: string, small: string, cases: readonly Case[]): Promise<number> {
  const rows: (string | number)[][] = [];
  const notes: string[] = [];
  let ours = 0;
  for (const linter of LINTERS.filter(({ name }) => values.linters.split(',').some((part) => name.startsWith(part)))) {
    const lint = await linter.install().catch((error: unknown) => {
      notes.push(`${linter.name} does not install here: ${(error as Error).message.split('\n')[0]}`);
    });
    if (!lint) continue;
    const judged: Judged[] = [];
    for (const one of cases) judged.push(await judge({ server, template: small, one, lint }));
    rows.push([linter.name, ...figures(judged, [])]);
    if (linter.style.length > 0)
      rows.push([`${linter.name}, without rules of style and settings`, ...figures(judged, linter.style)]);
    if (linter !== pawl) continue;
    for (const { one, said } of judged) {
      const loud = said.filter(({ level }) => level !== 'notice');
      const right = one.harms.length === 0 ? loud.length === 0 : loud.some(({ rule }) => one.rules.includes(rule));
      if (right) continue;
      ours += 1;
      const found = said.map(({ rule, level }) => `${rule} (${level})`).join(', ') || 'nothing';
      notes.push(`- ${one.migration.path}: wanted ${one.rules.join(' or ') || 'nothing'}, found ${found}`);
    }
  }
  const dangerous = cases.filter(({ harms }) => harms.length > 0).length;
  const titles = [
    '',
    `caught of ${dangerous} dangerous`,
    'missed',
    `false errors at ${cases.length - dangerous} safe`,
    'false warnings',
  ];
  console.log([table(titles, rows), ...notes, ''].join('\n\n'));
  return ours;
}

/** A file with an error and a warning counts as an error; notices count nowhere. */
function figures(judged: readonly Judged[], style: readonly string[]): number[] {
  const has = ({ said }: Judged, levels: readonly string[]) =>
    said.some(({ rule, level }) => levels.includes(level) && !style.includes(rule));
  const dangerous = judged.filter(({ one }) => one.harms.length > 0);
  const safe = judged.filter(({ one }) => one.harms.length === 0);
  const caught = dangerous.filter((found) => has(found, ['error', 'warning'])).length;
  const errors = safe.filter((found) => has(found, ['error']));
  return [
    caught,
    dangerous.length - caught,
    errors.length,
    safe.filter((found) => !errors.includes(found) && has(found, ['warning'])).length,
  ];
}
