import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CONFIG = fileURLToPath(new URL('../../.dependency-cruiser.cjs', import.meta.url));
const CRUISE = fileURLToPath(new URL('../../node_modules/dependency-cruiser/bin/dependency-cruise.mjs', import.meta.url));
const require = createRequire(import.meta.url);

/** For each law a file that breaks it, and what it imports. */
const PLANTED: Readonly<Record<string, readonly [file: string, imports: string]>> = {
  'no-cycles': ['src/config/one.ts', './other.js'],
  'no-folder-cycles': ['src/signal/telling.ts', '../exec/execute.js'],
  'floor-postgres': ['src/engine/postgres/connect.ts', '../files/digest.js'],
  'floor-files': ['src/engine/files/discover.ts', '../ledger/log.js'],
  'floor-ledger': ['src/engine/ledger/events.ts', '../lease/lease.js'],
  'floor-lease-and-legacy': ['src/engine/legacy/flyway.ts', '../squash/take-over.js'],
  'floor-squash': ['src/engine/squash/versions.ts', '../plan/plan.js'],
  'floor-plan': ['src/engine/plan/pending.ts', '../apply/script.js'],
  'floor-apply': ['src/engine/apply/segments.ts', '../constraints/piece.js'],
  'floor-constraints': ['src/engine/constraints/steps.ts', '../acts/begin.js'],
  'engine-has-ground': ['src/engine/target.ts', './postgres/quote.js'],
  'engine-knows-no-temporal': ['src/engine/acts/finish.ts', '@temporalio/client'],
  'text-stands-alone': ['src/text/counted.ts', '../contract/names.js'],
  'engine-is-the-bottom': ['src/engine/acts/decide.ts', '../../config/load.js'],
  'catalog-stands-on-the-engine': ['src/catalog/read.ts', '../embedded/scratch.js'],
  'owners-stand-on-the-engine': ['src/owners/grants.ts', '../catalog/diff.js'],
  'check-knows-no-terminal': ['src/check/report.ts', '../cli/output.js'],
  'contract-is-plain': ['src/contract/deploy.ts', '../config/schema.js'],
  'workflows-are-pure': ['src/workflows/board.ts', '../engine/error.js'],
  'workflows-import-activity-types-only': ['src/workflows/stages.ts', '../activities/apply.js'],
  'client-knows-no-terminal': ['src/client/start.ts', '../cli/view/look.js'],
  'views-do-no-io': ['src/cli/view/log.ts', 'node:fs'],
  'no-junk-rooms': ['src/config/resolve.ts', './utils.js'],
};

/** What makes two of them a circle. */
const BACK: readonly (readonly [file: string, imports: string])[] = [
  ['src/config/other.ts', './one.js'],
  ['src/exec/group.ts', '../signal/webhook.js'],
];

interface Cruised {
  readonly summary: { readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string }[] };
}

let house: string;
let violated: ReadonlyMap<string, readonly string[]>;

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'pawl-laws-'));
  plant('tsconfig.json', '{ "compilerOptions": { "module": "nodenext" } }');
  plant('package.json', '{ "type": "module" }');
  plant('node_modules/@temporalio/client/package.json', '{ "name": "@temporalio/client", "main": "index.js" }');
  plant('node_modules/@temporalio/client/index.js', 'module.exports = {};');
  for (const [file, imports] of [...Object.values(PLANTED), ...BACK]) {
    if (imports.startsWith('.')) plant(join(dirname(file), imports.replace(/js$/, 'ts')), 'export const there = 1;\n');
  }
  // After what is imported, which may be one of them.
  for (const [file, imports] of [...Object.values(PLANTED), ...BACK])
    plant(file, `import * as there from '${imports}';\nexport const here = there;\n`);
  const { stdout } = spawnSync(process.execPath, [CRUISE, '--config', CONFIG, '--output-type', 'json', 'src'], {
    cwd: house,
    encoding: 'utf8',
  });
  const { violations } = (JSON.parse(stdout) as Cruised).summary;
  violated = new Map(
    [...new Set(violations.map(({ rule }) => rule.name))].map((name) => [
      name,
      violations.filter(({ rule }) => rule.name === name).map(({ from }) => from),
    ]),
  );
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

function plant(path: string, text: string): void {
  const file = join(house, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

describe('the linter', () => {
  it.each(Object.entries(PLANTED))('%s: sees what breaks it', (law, [file]) => {
    const folder = dirname(file);
    expect(violated.get(law) ?? []).toContain(law === 'no-folder-cycles' ? folder : file);
  });

  it('has no law that is not tried here', () => {
    const { forbidden } = require(CONFIG) as { forbidden: readonly { readonly name: string }[] };
    expect(forbidden.map(({ name }) => name).sort()).toEqual(Object.keys(PLANTED).sort());
  });
});
