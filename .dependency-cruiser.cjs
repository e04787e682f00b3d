/** The laws of the house: which folder may know which. ARCHITECTURE.md says why. */
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from: { path: from }, to: { path: to } });

/** The engine's floors, lowest first. Each knows those below it; the files at its root are the ground under all of them. */
const FLOORS = ['postgres', 'files', 'ledger', 'lease|legacy', 'squash', 'plan', 'apply', 'constraints', 'acts'];
const floors = FLOORS.slice(0, -1).map((floor, at) =>
  forbid(
    `floor-${floor.replace('|', '-and-')}`,
    `^src/engine/(${floor})/`,
    `^src/engine/(${FLOORS.slice(at + 1).join('|')})/`,
    'a floor of the engine knows only those below it',
  ),
);

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-folder-cycles',
      severity: 'error',
      comment: 'of two folders, one may know the other',
      scope: 'folder',
      from: { path: '^src' },
      to: { circular: true },
    },
    ...floors,
    forbid('engine-has-ground', '^src/engine/[^/]+[.]ts$', '^src/engine/[^/]+/', 'what all floors use uses none of them'),
    forbid('engine-knows-no-temporal', '^src/engine', '@temporalio', 'the engine is usable and testable without Temporal'),
    forbid('text-stands-alone', '^src/text', '^(?!src/text)', 'what everybody may say of numbers and times; it imports nothing'),
    forbid('engine-is-the-bottom', '^src/engine', '^src/(?!engine|text)', 'nothing above the engine is known to it'),
    forbid(
      'catalog-stands-on-the-engine',
      '^src/catalog',
      '^src/(?!catalog|engine|text)',
      'a schema is read and compared without a deploy',
    ),
    forbid('owners-stand-on-the-engine', '^src/owners', '^src/(?!owners|engine|text)', 'who owns what is read from files'),
    forbid(
      'check-knows-no-terminal',
      '^src/check',
      '^src/(cli|client|temporal|workflows|activities)',
      'advice is data; the command line shows it',
    ),
    forbid(
      'contract-is-plain',
      '^src/contract',
      '^src/(?!contract|text)',
      'clients and workflows share the contract; it stands alone',
    ),
    forbid(
      'workflows-are-pure',
      '^src/workflows',
      '^src/(?!workflows|contract|activities|text)',
      'workflow code runs in a sandbox',
    ),
    {
      name: 'workflows-import-activity-types-only',
      severity: 'error',
      from: { path: '^src/workflows' },
      to: { path: '^src/activities', dependencyTypesNot: ['type-only'] },
    },
    forbid('client-knows-no-terminal', '^src/client', '^src/cli/', 'the public client is the first floor of the command line'),
    forbid(
      'views-do-no-io',
      '^src/cli/view',
      '^(node:)?(fs|net|http|child_process)|node_modules/pg/',
      'views turn data into text',
    ),
    {
      name: 'no-junk-rooms',
      severity: 'error',
      comment: 'a file is named after the one noun or verb that it holds',
      from: {},
      to: { path: '/(utils?|helpers?|common|misc|types)(/|[.]ts$)', pathNot: 'node_modules' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js'],
    },
  },
};
